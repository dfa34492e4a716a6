//! The version of the generated crate that a set of changes needs.

use serde::Serialize;
use toolsmith_codegen::diff::Grade;

/// The part of the version to raise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Bump {
    /// Nothing changed.
    None,
    Patch,
    Minor,
    Major,
}

/// The part of the version to raise, before and after version 1.0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(crate) struct Advice {
    /// Before 1.0, a new minor version may break callers.
    pub(crate) before_1_0: Bump,
    pub(crate) after_1_0: Bump,
}

/// Returns the advice for changes of these grades.
pub(super) fn advise(grades: impl Iterator<Item = Grade>) -> Advice {
    let Some(worst) = grades.max() else {
        return Advice {
            before_1_0: Bump::None,
            after_1_0: Bump::None,
        };
    };
    match worst {
        Grade::Compile | Grade::Wire => Advice {
            before_1_0: Bump::Minor,
            after_1_0: Bump::Major,
        },
        Grade::Additive => Advice {
            before_1_0: Bump::Patch,
            after_1_0: Bump::Minor,
        },
        _ => Advice {
            before_1_0: Bump::Patch,
            after_1_0: Bump::Patch,
        },
    }
}

impl Advice {
    /// Returns the advice for a version, with the next one: `a minor version: 0.3.0`.
    pub(crate) fn for_version(self, version: &str) -> Option<String> {
        let mut parts = version.split('.').map(|part| part.parse::<u64>().ok());
        let (major, minor, patch) = (parts.next()??, parts.next()??, parts.next()??);
        let bump = if major == 0 {
            self.before_1_0
        } else {
            self.after_1_0
        };
        Some(match bump {
            Bump::None => return None,
            Bump::Patch => format!("a patch version: {major}.{minor}.{}", patch + 1),
            Bump::Minor => format!("a minor version: {major}.{}.0", minor + 1),
            Bump::Major => format!("a major version: {}.0.0", major + 1),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn breaking_changes_need_a_minor_version_before_1_0_and_a_major_one_after() {
        let cases: &[(&[Grade], &str, Option<&str>)] = &[
            (&[], "0.2.3", None),
            (
                &[Grade::Docs, Grade::Wire],
                "0.2.3",
                Some("a minor version: 0.3.0"),
            ),
            (&[Grade::Compile], "1.2.3", Some("a major version: 2.0.0")),
            (&[Grade::Additive], "0.2.3", Some("a patch version: 0.2.4")),
            (&[Grade::Additive], "1.2.3", Some("a minor version: 1.3.0")),
            (&[Grade::Behaviour], "1.2.3", Some("a patch version: 1.2.4")),
        ];
        for (grades, version, expected) in cases {
            let advice = advise(grades.iter().copied());
            assert_eq!(
                advice.for_version(version).as_deref(),
                *expected,
                "{grades:?}"
            );
        }
    }
}
