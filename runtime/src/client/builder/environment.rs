//! The settings in environment variables.

use secrecy::SecretString;

use crate::tools::CatalogSpec;

/// The settings that the environment contains.
#[derive(Debug, Default)]
pub(in crate::client) struct Environment {
    pub(in crate::client) token: Option<SecretString>,
    pub(in crate::client) account: Option<String>,
    pub(in crate::client) base_url: Option<String>,
}

impl Environment {
    /// Reads the variables that `catalog` names. A variable that is empty counts as not set, because
    /// shells and compose files leave such variables; so does one that is not Unicode.
    pub(in crate::client) fn read(
        catalog: &CatalogSpec,
        look_up: impl Fn(&str) -> Option<String>,
    ) -> Self {
        let read = |name: &str| {
            let value = look_up(name)?;
            let trimmed = value.trim();
            (!trimmed.is_empty()).then(|| trimmed.to_owned())
        };
        let variables = &catalog.variables;
        Self {
            token: variables
                .token
                .iter()
                .find_map(|name| read(name))
                .map(SecretString::from),
            account: read(variables.account),
            base_url: read(variables.base_url),
        }
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;
    use crate::tools::Variables;

    static CATALOG: CatalogSpec = CatalogSpec::of_account(
        "shop",
        "https://api.shop.test",
        Variables {
            token: &["SHOP_TOKEN", "SHOP_API_KEY"],
            account: "SHOP_ACCOUNT_ID",
            base_url: "SHOP_BASE_URL",
        },
        &[],
    );

    fn read(variables: &[(&str, &str)]) -> Environment {
        Environment::read(&CATALOG, |name| {
            let (_, value) = variables.iter().find(|(key, _)| *key == name)?;
            Some((*value).to_owned())
        })
    }

    fn token(variables: &[(&str, &str)]) -> Option<String> {
        read(variables)
            .token
            .map(|token| token.expose_secret().to_owned())
    }

    #[test]
    fn takes_the_first_token_that_is_set() {
        let both = [("SHOP_API_KEY", "second"), ("SHOP_TOKEN", "first")];
        assert_eq!(token(&both).as_deref(), Some("first"));
        let empty = [("SHOP_TOKEN", " "), ("SHOP_API_KEY", "second\n")];
        assert_eq!(token(&empty).as_deref(), Some("second"));
        assert_eq!(token(&[]), None);
    }

    #[test]
    fn reads_the_account_and_the_base_url() {
        let found = read(&[
            ("SHOP_ACCOUNT_ID", "acc_1"),
            ("SHOP_BASE_URL", "http://localhost"),
        ]);
        assert_eq!(found.account.as_deref(), Some("acc_1"));
        assert_eq!(found.base_url.as_deref(), Some("http://localhost"));
    }
}
