//! A small handwritten API that uses every part of the model.

use crate::emit::{Emitter, SourceFile};
use crate::ident::Ident;
use crate::model::{
    Api, ArgumentLocation, Bound, Check, Choice, ChoiceValues, Effect, Field, Format, IdType,
    JsonType, Operation, Presence, RecordField, Repetition, Request, Resource, Response, Rest,
    Struct, StructFields, ToolMetadata, TypeRef, Union, UnionVariant, Variant,
};
use crate::options::{AccountSettings, CatalogSource, Options};

/// Emits the files of the API.
pub(crate) fn emit_fixture() -> Vec<SourceFile> {
    let (apis, options) = ([&fixture()], Options::default());
    let emitter = Emitter::new(&apis, &options);
    emitter.jobs().iter().map(crate::emit::Job::emit).collect()
}

/// Returns an API of two resources with every kind of method and field.
pub(crate) fn fixture() -> Api {
    let id = |name: &str, noun: &str| IdType {
        name: ident(name),
        noun: noun.to_owned(),
        sources: Vec::new(),
    };
    Api {
        module: ident("key_service"),
        title: "The Key Service".to_owned(),
        snapshot_file: "catalogs/key_service.json".to_owned(),
        source: CatalogSource::Truto(AccountSettings {
            base_url: "https://api.example.com".to_owned(),
            base_url_variable: "API_BASE_URL".to_owned(),
            token_variables: vec!["API_TOKEN".to_owned(), "API_KEY".to_owned()],
            account_variable: "KEY_SERVICE_ACCOUNT_ID".to_owned(),
        }),
        resources: vec![keys(), projects()],
        operations: Vec::new(),
        ids: vec![id("ApiKeyId", "API key"), id("ProjectId", "project")],
        choices: choices(),
        structs: structs(),
        unions: unions(),
        hashes: vec![
            "0123456789abcdef rotate_key".to_owned(),
            "- hidden_key".to_owned(),
        ],
    }
}

fn keys() -> Resource {
    let key = || TypeRef::Struct(ident("ApiKey"));
    Resource {
        accessor: ident("api_keys"),
        handle: ident("ApiKeys"),
        title: "API keys".to_owned(),
        operations: vec![
            operation(
                "authenticate_key",
                "authenticate_key",
                "AuthenticateKey",
                Effect::Writes,
            )
            .says("Check an API key the old way. Use authenticate_v2 instead.")
            .takes(vec![field("key", TypeRef::String).required()])
            .deprecated("use authenticate_v2")
            .gives(Response::Record(TypeRef::Json)),
            operation("create", "create", "CreateApiKey", Effect::Writes)
                .says("Create an API key. The answer holds the raw key: show or store it once.")
                .takes(created_fields())
                .gives(Response::Record(key())),
            operation("delete", "delete", "DeleteApiKey", Effect::Destroys)
                .says("Remove an API key. This cannot be undone.")
                .takes(vec![id("ApiKeyId")])
                .gives(Response::Deleted),
            operation("get", "get", "GetApiKey", Effect::Reads)
                .says("Fetch one API key.")
                .takes(vec![id("ApiKeyId")])
                .gives(Response::Record(key())),
            operation("list", "list", "ListApiKeys", Effect::Reads)
                .says(
                    "List API keys, filtered by project, name, your own user identifier, or state.",
                )
                .takes(listed_fields())
                .gives(Response::Listing(key())),
            operation("update", "update", "UpdateApiKey", Effect::Writes)
                .says("Change an API key. Give null as expiry to let it live for ever.")
                .takes(vec![
                    id("ApiKeyId"),
                    field("note", TypeRef::String)
                        .required()
                        .nullable()
                        .at(Some(ArgumentLocation::Body)),
                    field("expiry", TypeRef::DateTime)
                        .nullable()
                        .at(Some(ArgumentLocation::Body)),
                    field("limits", TypeRef::Struct(ident("Limits")))
                        .at(Some(ArgumentLocation::Body)),
                ])
                .gives(Response::Record(key())),
        ],
    }
}

fn created_fields() -> Vec<Field> {
    let body = |field: Field| field.at(Some(ArgumentLocation::Body));
    vec![
        body(
            field("name", TypeRef::String)
                .required()
                .checked(Check::Count(Bound::MinLength, 1)),
        ),
        body(field("projectId", TypeRef::Id(ident("ProjectId"))).required()),
        body(field("isLive", TypeRef::Bool).required()),
        body(field("email", TypeRef::String).checked(Check::Format(Format::Email))),
        body(field("customData", TypeRef::Map(Box::new(TypeRef::Json)))),
        body(field("tags", TypeRef::List(Box::new(TypeRef::String))).checked(Check::UniqueItems)),
    ]
}

fn listed_fields() -> Vec<Field> {
    vec![
        field("projectId", TypeRef::Id(ident("ProjectId"))),
        field("status", TypeRef::Choice(ident("KeyStatus"))),
        field("limit", TypeRef::Unsigned)
            .checked(Check::Number(Bound::Minimum, 1.0))
            .checked(Check::Number(Bound::Maximum, 100_000.0)),
        field("type", TypeRef::Choice(ident("Priority"))),
    ]
}

fn projects() -> Resource {
    let project = TypeRef::Struct(ident("Project"));
    Resource {
        accessor: ident("projects"),
        handle: ident("Projects"),
        title: "projects".to_owned(),
        operations: vec![
            operation("list", "list", "ListProjects", Effect::Reads)
                .says("List the projects. See https://docs.example.com/projects for [Project].")
                .takes(vec![
                    field("priority", TypeRef::Choice(ident("Priority"))).required(),
                ])
                .gives(Response::Listing(project)),
            operation("move", "move", "MoveProjects", Effect::Reads)
                .says("Move the projects.")
                .gives(Response::Record(TypeRef::Json)),
        ],
    }
}

fn choices() -> Vec<Choice> {
    let variants = |names: &[&str]| -> Vec<Variant> {
        names
            .iter()
            .map(|name| Variant { name: ident(name) })
            .collect()
    };
    vec![
        Choice {
            name: ident("KeyStatus"),
            docs: vec!["State of a key.".to_owned()],
            variants: variants(&["Active", "Inactive", "Empty"]),
            values: ChoiceValues::Texts(["active", "in`active", ""].map(str::to_owned).to_vec()),
            home: ident("api_keys"),
        },
        Choice {
            name: ident("Priority"),
            docs: Vec::new(),
            variants: variants(&["Low", "High"]),
            values: ChoiceValues::Integers(vec![-1, 100_000]),
            home: ident("types"),
        },
    ]
}

fn structs() -> Vec<Struct> {
    vec![
        Struct {
            name: ident("ApiKey"),
            docs: vec!["An API key.".to_owned()],
            constants: Vec::new(),
            fields: StructFields::Response {
                fields: vec![
                    received("id", TypeRef::Id(ident("ApiKeyId")), Presence::Required),
                    received("isLive", TypeRef::Bool, Presence::Required),
                    received(
                        "status",
                        TypeRef::Open(ident("KeyStatus")),
                        Presence::Required,
                    ),
                    received("createdBy", TypeRef::String, Presence::RequiredOrNull),
                    received("createdAt", TypeRef::DateTime, Presence::Optional),
                    received(
                        "rotatedFrom",
                        TypeRef::Boxed(Box::new(TypeRef::Struct(ident("ApiKey")))),
                        Presence::Optional,
                    ),
                    received(
                        "tags",
                        TypeRef::List(Box::new(TypeRef::OrNull(Box::new(TypeRef::String)))),
                        Presence::Optional,
                    ),
                ],
                extra: ident("extra"),
            },
            home: ident("api_keys"),
        },
        limits(),
        Struct {
            name: ident("Project"),
            docs: vec!["A project.".to_owned()],
            constants: Vec::new(),
            fields: StructFields::Response {
                fields: vec![received(
                    "id",
                    TypeRef::Id(ident("ProjectId")),
                    Presence::Required,
                )],
                extra: ident("extra"),
            },
            home: ident("projects"),
        },
    ]
}

fn limits() -> Struct {
    Struct {
        name: ident("Limits"),
        docs: vec!["How often a key may be used.".to_owned()],
        constants: Vec::new(),
        fields: StructFields::Request {
            fields: vec![field("perSecond", TypeRef::Number).required().at(None)],
            rest: Some(Rest {
                ident: ident("extra"),
                values: TypeRef::Json,
            }),
            checks: vec![Check::Required(vec!["perSecond".to_owned()])],
        },
        home: ident("api_keys"),
    }
}

fn unions() -> Vec<Union> {
    vec![Union {
        name: ident("Expiry"),
        docs: vec!["When a key expires.".to_owned()],
        variants: vec![
            UnionVariant {
                name: ident("Text"),
                docs: vec!["As text.".to_owned()],
                ty: TypeRef::String,
                types: vec![JsonType::String],
                tag: None,
                checks: vec![Check::Pattern("^P[0-9]+D$".to_owned())],
            },
            UnionVariant {
                name: ident("Range"),
                docs: vec!["From and to.".to_owned()],
                ty: TypeRef::Tuple(vec![TypeRef::Date, TypeRef::Date]),
                types: vec![JsonType::Array],
                tag: None,
                checks: Vec::new(),
            },
        ],
        unknown: Some(ident("Unknown")),
        tag: None,
        is_exact: false,
        blank: 0,
        checks: Vec::new(),
        home: ident("types"),
    }]
}

/// Returns a name.
pub(crate) fn ident(name: &str) -> Ident {
    Ident::parse(name).unwrap()
}

fn field(wire: &str, ty: TypeRef) -> Field {
    let ident = Ident::for_value(wire).unwrap();
    Field {
        docs: vec![format!("The {} to go by.", ident.plain().replace('_', " "))],
        ident,
        null_setter: None,
        wire: wire.to_owned(),
        ty,
        presence: Presence::Optional,
        argument: None,
        location: Some(ArgumentLocation::Query),
        checks: Vec::new(),
        is_secret: false,
    }
}

fn id(name: &str) -> Field {
    field("id", TypeRef::Id(ident(name)))
        .required()
        .at(Some(ArgumentLocation::Path))
}

fn received(wire: &str, ty: TypeRef, presence: Presence) -> RecordField {
    RecordField {
        ident: Ident::for_value(wire).unwrap(),
        wire: wire.to_owned(),
        docs: Vec::new(),
        ty,
        presence,
        is_secret: false,
    }
}

impl Field {
    fn required(mut self) -> Self {
        self.presence = Presence::Required;
        self
    }

    fn nullable(mut self) -> Self {
        let is_required = self.presence.is_required();
        self.presence = Presence::new(is_required, true);
        if !is_required {
            self.null_setter = Ident::parse(&format!("{}_null", self.ident.plain()));
        }
        self
    }

    fn at(mut self, location: Option<ArgumentLocation>) -> Self {
        self.location = location;
        self
    }

    fn checked(mut self, check: Check) -> Self {
        self.checks.push(check);
        self
    }
}

fn operation(method: &str, wire: &str, request: &str, effect: Effect) -> Operation {
    let schema = |what: &str| format!(r#"{{"type":"object","title":"{what}"}}"#);
    Operation {
        docs: Vec::new(),
        method: ident(method),
        request: Request {
            name: ident(request),
            docs: Vec::new(),
            fields: Vec::new(),
            rest: None,
            checks: Vec::new(),
        },
        response: Response::Deleted,
        effect,
        deprecated: None,
        removal: None,
        tool: ToolMetadata {
            name: format!("{wire}_the_{}", request.to_lowercase()),
            title: format!("{request} of things"),
            description: String::new(),
            resource: "things".to_owned(),
            method: wire.to_owned(),
            tags: ["keys", "discovery"].map(str::to_owned).to_vec(),
            repetition: match effect {
                Effect::Reads | Effect::Destroys => Repetition::Harmless,
                Effect::Writes => Repetition::Unknown,
            },
            takes: Vec::new(),
            gives: Vec::new(),
            audit_fields: Vec::new(),
            headers: vec![],
            query_schema: schema(request),
            body_schema: String::new(),
            response_schema: schema("answer"),
        },
    }
}

impl Operation {
    fn says(mut self, description: &str) -> Self {
        self.docs = vec![description.to_owned()];
        description.clone_into(&mut self.tool.description);
        self
    }

    fn takes(mut self, fields: Vec<Field>) -> Self {
        self.request.fields = fields;
        self
    }

    fn gives(self, response: Response) -> Self {
        Self { response, ..self }
    }

    fn deprecated(mut self, note: &str) -> Self {
        self.deprecated = Some(note.to_owned());
        self
    }
}
