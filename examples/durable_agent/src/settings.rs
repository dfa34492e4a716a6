//! The settings in the environment, and the account that they name.

use std::env;
use std::net::SocketAddr;

use generated::runtime::ClientBuilder;
use generated::the_auth_api::{CATALOG, Client};
use toolsmith_testkit::fake_truto::FakeTruto;

use crate::AnyError;
use crate::model::Model;
use crate::tools::ApprovalKey;

/// The address at which Restate calls the service.
pub const ADDRESS: &str = "DURABLE_AGENT_ADDRESS";

/// The base URL of the desk.
pub const DESK: &str = "DURABLE_AGENT_DESK";

/// The key of approvals, as 64 hexadecimal digits.
pub const KEY: &str = "DURABLE_AGENT_APPROVAL_KEY";

/// The folder of the server of Restate and of its journal.
pub const FOLDER: &str = "DURABLE_AGENT_FOLDER";

/// The key of approvals of made-up data. It is public, so that of a real account is another one.
const MADE_UP_KEY: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

/// Returns the value of a variable. One that is empty counts as not set.
#[must_use]
pub fn variable(name: &str) -> Option<String> {
    let value = env::var(name).ok()?;
    let value = value.trim();
    (!value.is_empty()).then(|| value.to_owned())
}

/// Returns the value of a variable.
///
/// # Errors
///
/// The variable is not set.
pub fn required(name: &str) -> Result<String, AnyError> {
    variable(name).ok_or_else(|| format!("{name} is not set").into())
}

/// Reads an address.
///
/// # Errors
///
/// It is not an IP address with a port.
pub fn parse_address(text: &str) -> Result<SocketAddr, AnyError> {
    let problem = |_| format!("{ADDRESS} must be like 127.0.0.1:9080, but is {text:?}");
    Ok(text.parse().map_err(problem)?)
}

/// Reads a key of approvals.
///
/// # Errors
///
/// It is not 64 hexadecimal digits.
pub fn parse_key(digits: &str) -> Result<ApprovalKey, AnyError> {
    let problem = || format!("{KEY} must be 64 hexadecimal digits");
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let mut key = ApprovalKey::default();
    if digits.len() != 2 * key.len() {
        return Err(problem().into());
    }
    for (byte, pair) in key.iter_mut().zip(digits.as_bytes().chunks(2)) {
        let value = pair
            .iter()
            .try_fold(0, |value, one| Some(value * 16 + digit(*one)?));
        let value = value.and_then(|value| u8::try_from(value).ok());
        *byte = value.ok_or_else(problem)?;
    }
    Ok(key)
}

/// The account of the agent.
pub struct Account {
    made_up: Option<FakeTruto>,
    /// The key of approvals, as 64 hexadecimal digits.
    pub key: String,
}

impl Account {
    /// Returns the account that the environment names, or starts a made-up one if it names none.
    ///
    /// # Errors
    ///
    /// The environment has only a part of what a real account needs: a token, the identifier of the account, a
    /// model and a secret key of approvals.
    pub fn from_env() -> Result<Self, AnyError> {
        let names = CATALOG.variables;
        let token_names = names.token.join(" or ");
        if names.token.iter().all(|name| variable(name).is_none()) {
            if let Some(name) = [names.account, names.base_url]
                .iter()
                .find(|name| variable(name).is_some())
            {
                return Err(format!(
                    "{name} is set, but {token_names} is not: set it for a real account, or unset {name} for made-up data"
                )
                .into());
            }
            let key = variable(KEY).unwrap_or(MADE_UP_KEY.to_owned());
            parse_key(&key)?;
            let made_up = Some(FakeTruto::start()?);
            return Ok(Self { made_up, key });
        }
        let _valid = ClientBuilder::<Client>::from_env(CATALOG).build()?;
        if matches!(Model::from_env()?, Model::Script) {
            return Err("a real account needs a model: set OPENAI_API_KEY, or OPENAI_BASE_URL for another endpoint; \
                the script of the example is for made-up data only"
                .into());
        }
        let key = variable(KEY).ok_or_else(|| {
            format!("a real account needs a secret key of approvals: set {KEY} to 64 random hexadecimal digits, for \
                example those of `openssl rand -hex 32`, and keep it while there are open approvals")
        })?;
        if parse_key(&key)? == parse_key(MADE_UP_KEY)? {
            return Err(format!(
                "{KEY} is the public key of made-up data: a real account needs a secret one"
            )
            .into());
        }
        let made_up = None;
        Ok(Self { made_up, key })
    }

    /// Returns `true` if the account and its data are made up.
    #[must_use]
    pub fn is_made_up(&self) -> bool {
        self.made_up.is_some()
    }

    /// Returns the variables that the service needs for a made-up account. It inherits those of a real one.
    #[must_use]
    pub fn variables(&self) -> Vec<(&'static str, String)> {
        let made_up = self.made_up.as_ref();
        made_up.map(variables).unwrap_or_default()
    }
}

/// Returns the variables of a made-up account.
#[must_use]
pub fn variables(account: &FakeTruto) -> Vec<(&'static str, String)> {
    vec![
        ("TRUTO_API_TOKEN", account.token().to_owned()),
        ("THE_AUTH_API_ACCOUNT_ID", account.account_id().to_owned()),
        ("TRUTO_API_BASE_URL", account.base_url().to_owned()),
    ]
}
