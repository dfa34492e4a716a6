//! The kinds of change, and the grade that each has unless a comparison knows better.

use std::fmt::{Display, Formatter, Result};

/// The effect of a change on a program that uses the generated code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Grade {
    /// Only documentation changes.
    Docs,
    /// Something new can be called or read.
    Additive,
    /// A call is refused, retried, paged or charged differently.
    Behaviour,
    /// A program compiles and sends or reads something else.
    Wire,
    /// A program stops compiling.
    Compile,
}

impl Grade {
    /// Every grade, the least severe first.
    pub const ALL: [Self; 5] = [
        Self::Docs,
        Self::Additive,
        Self::Behaviour,
        Self::Wire,
        Self::Compile,
    ];

    /// Returns the name: `compile`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Docs => "docs",
            Self::Additive => "additive",
            Self::Behaviour => "behaviour",
            Self::Wire => "wire",
            Self::Compile => "compile",
        }
    }

    /// Returns `true` if the generated crate needs a new minor version before 1.0: a program stops
    /// compiling, or sends something else.
    #[must_use]
    pub fn is_breaking(self) -> bool {
        self >= Self::Wire
    }
}

impl Display for Grade {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> Result {
        formatter.pad(self.as_str())
    }
}

macro_rules! kinds {
    ($($(#[doc = $docs:literal])* $kind:ident $id:literal $grade:ident $($flag:ident)?;)*) => {
        /// A kind of change between two snapshots of a catalog.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum ChangeKind {
            $($(#[doc = $docs])* $kind,)*
        }

        impl ChangeKind {
            /// Every kind.
            pub const ALL: &[Self] = &[$(Self::$kind),*];

            /// Returns the identifier: `tool-added`.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$kind => $id,)*
                }
            }

            /// Returns a sentence about the kind: `A new tool.`
            #[must_use]
            pub fn summary(self) -> &'static str {
                match self {
                    $(Self::$kind => concat!($($docs),*).trim_ascii(),)*
                }
            }

            /// Returns the grade that most changes of this kind have. A [`Change`](super::Change) has
            /// its own.
            #[must_use]
            pub fn usual_grade(self) -> Grade {
                match self {
                    $(Self::$kind => Grade::$grade,)*
                }
            }

            /// Returns `true` if every change of this kind moves text that a model reads, or something
            /// that a policy relies on.
            pub(super) fn is_reviewed(self) -> bool {
                match self {
                    $(Self::$kind => kinds!(@reviewed $($flag)?),)*
                }
            }
        }
    };
    (@reviewed reviewed) => { true };
    (@reviewed) => { false };
}

kinds! {
    /// A new tool.
    ToolAdded "tool-added" Additive;
    /// The tool was removed.
    ToolRemoved "tool-removed" Compile;
    /// The tool has another name and the same schemas.
    ToolRenamed "tool-renamed" Docs reviewed;
    /// The resource or the method in the request path changed.
    ToolRouteChanged "tool-route-changed" Wire;
    /// The effect of the tool is stronger than before.
    ToolEffectRaised "tool-effect-raised" Compile reviewed;
    /// The effect of the tool is weaker than before.
    ToolEffectLowered "tool-effect-lowered" Additive reviewed;
    /// The tool became idempotent, or no longer is.
    ToolRepeatableChanged "tool-repeatable-changed" Behaviour reviewed;
    /// The tags changed.
    ToolTagsChanged "tool-tags-changed" Behaviour reviewed;
    /// The tool is deprecated now. Callers that deny warnings stop compiling.
    ToolDeprecated "tool-deprecated" Compile;
    /// The deprecation of the tool was withdrawn.
    ToolUndeprecated "tool-undeprecated" Additive;
    /// The method, the handle or the request type has another name.
    ToolMoved "tool-moved" Compile;
    /// The description or the title of the tool or of an argument changed.
    ToolTextChanged "tool-text-changed" Docs reviewed;
    /// The instructions of an MCP server changed.
    ServerTextChanged "server-text-changed" Docs reviewed;
    /// The response has a schema now.
    ResponseSchemaAdded "response-schema-added" Compile;
    /// The response no longer has a schema.
    ResponseSchemaRemoved "response-schema-removed" Compile;
    /// A new required argument.
    ArgRequiredAdded "arg-required-added" Compile;
    /// A required argument was removed.
    ArgRequiredRemoved "arg-required-removed" Compile;
    /// A required argument takes the position of another one, and existing calls still compile.
    ArgRequiredSwapped "arg-required-swapped" Wire;
    /// An optional argument is required now.
    ArgBecameRequired "arg-became-required" Compile;
    /// A required argument is optional now.
    ArgBecameOptional "arg-became-optional" Compile;
    /// A new optional argument.
    ArgOptionalAdded "arg-optional-added" Additive;
    /// An optional argument was removed.
    ArgOptionalRemoved "arg-optional-removed" Compile;
    /// The argument has another name on the wire.
    ArgWireRenamed "arg-wire-renamed" Wire;
    /// The argument takes values of more types.
    ArgTypeWidened "arg-type-widened" Compile;
    /// The argument takes values of fewer or other types.
    ArgTypeNarrowed "arg-type-narrowed" Compile;
    /// The argument identifies something else.
    ArgIdentifierChanged "arg-identifier-changed" Compile;
    /// The argument has a format now.
    ArgFormatAdded "arg-format-added" Compile;
    /// The argument no longer has a format.
    ArgFormatRemoved "arg-format-removed" Compile;
    /// An enum became a string.
    ArgEnumOpened "arg-enum-opened" Compile;
    /// A string became an enum.
    ArgEnumClosed "arg-enum-closed" Compile;
    /// A new value of an enum.
    ArgEnumValueAdded "arg-enum-value-added" Additive;
    /// A value of an enum was removed.
    ArgEnumValueRemoved "arg-enum-value-removed" Compile;
    /// A check refuses more values.
    ArgBoundTightened "arg-bound-tightened" Behaviour;
    /// A check refuses fewer values.
    ArgBoundLoosened "arg-bound-loosened" Additive;
    /// The documented default changed.
    ArgDefaultChanged "arg-default-changed" Behaviour;
    /// The argument may be null now.
    ArgNullAllowed "arg-null-allowed" Compile;
    /// The argument may no longer be null.
    ArgNullRefused "arg-null-refused" Compile;
    /// The argument travels in another part of the request.
    ArgLocationChanged "arg-location-changed" Wire;
    /// The object takes additional properties now.
    ArgExtraAllowed "arg-extra-allowed" Additive;
    /// The object no longer takes additional properties.
    ArgExtraRefused "arg-extra-refused" Compile;
    /// A new branch of a union.
    ArgVariantAdded "arg-variant-added" Additive;
    /// A branch of a union was removed.
    ArgVariantRemoved "arg-variant-removed" Compile;
    /// The property or the value that selects a branch changed, or the value of a constant property.
    ArgTagChanged "arg-tag-changed" Wire;
    /// A type became `Json`.
    ArgLoosened "arg-loosened" Compile;
    /// `Json` became a type.
    ArgTyped "arg-typed" Compile;
    /// The examples changed.
    ArgExampleChanged "arg-example-changed" Docs reviewed;
    /// The header that carries the argument to an MCP server changed.
    ArgHeaderChanged "arg-header-changed" Wire;
    /// A new field of a record. It is no longer in `extra`.
    FieldAdded "field-added" Behaviour;
    /// A field of a record was removed.
    FieldRemoved "field-removed" Compile;
    /// A field has another name on the wire.
    FieldWireRenamed "field-wire-renamed" Wire;
    /// A field may be missing or null now.
    FieldBecameOptional "field-became-optional" Compile;
    /// A field is always present now.
    FieldBecameRequired "field-became-required" Compile;
    /// A field has another type.
    FieldTypeChanged "field-type-changed" Compile;
    /// A new value of an enum in a record. It was `Unknown`.
    FieldEnumValueAdded "field-enum-value-added" Behaviour;
    /// A value of an enum in a record was removed.
    FieldEnumValueRemoved "field-enum-value-removed" Compile;
    /// A new branch of a union in a record. It was `Unknown`.
    FieldVariantAdded "field-variant-added" Behaviour;
    /// A branch of a union in a record was removed.
    FieldVariantRemoved "field-variant-removed" Compile;
    /// The property or the value that selects a branch in a record changed.
    FieldTagChanged "field-tag-changed" Wire;
    /// A bound of a field changed. Records are not checked.
    FieldBoundChanged "field-bound-changed" Docs;
    /// The response has pages now.
    PagingAdded "paging-added" Compile;
    /// The response no longer has pages.
    PagingRemoved "paging-removed" Compile;
    /// The response is a record instead of a confirmation, or the reverse.
    ResponseKindChanged "response-kind-changed" Compile;
    /// A definition has another name and the same schema.
    DefinitionRenamed "definition-renamed" Additive;
    /// An annotation that models read changed.
    AnnotationChanged "annotation-changed" Docs reviewed;
    /// Characters that models read and people do not see. Generation stops until they are corrected or allowed.
    TextHiddenCharacters "text-hidden-characters" Docs reviewed;
    /// A text instructs the model.
    TextInstructs "text-instructs" Docs reviewed;
    /// A text says that the tool only reads, and the tool does more.
    TextContradictsEffect "text-contradicts-effect" Docs reviewed;
    /// A name that looks like another one. Generation stops until it is corrected or allowed.
    NameConfusable "name-confusable" Docs reviewed;
    /// The definitions of all tools are longer.
    ListSize "list-size" Behaviour;
}

impl ChangeKind {
    /// Returns `true` if the finding is an error: nothing is generated from a snapshot that has it, unless
    /// the overlay allows it.
    #[must_use]
    pub fn is_refused(self) -> bool {
        matches!(self, Self::TextHiddenCharacters | Self::NameConfusable)
    }

    /// Returns `true` if the finding is a warning.
    #[must_use]
    pub fn is_suspicious(self) -> bool {
        matches!(self, Self::TextInstructs | Self::TextContradictsEffect)
    }

    /// Returns `true` if no compiler and no server reports the change: the old program sends something
    /// else.
    #[must_use]
    pub fn is_silent(self) -> bool {
        matches!(
            self,
            Self::ToolRouteChanged
                | Self::ArgRequiredSwapped
                | Self::ArgLocationChanged
                | Self::ArgHeaderChanged
        )
    }
}

impl ChangeKind {
    /// Returns `true` if a `match` on an enum has one more case.
    pub(super) fn adds_case(self) -> bool {
        matches!(
            self,
            Self::ArgEnumValueAdded
                | Self::ArgVariantAdded
                | Self::FieldEnumValueAdded
                | Self::FieldVariantAdded
        )
    }
}

impl Display for ChangeKind {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> Result {
        formatter.pad(self.as_str())
    }
}
