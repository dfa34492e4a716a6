//! The customers, each with an integrated account.

use std::env;
use std::error::Error;
use std::fs;
use std::sync::Arc;

use examples::Session;
use toolsmith_testkit::fake_truto::AccountState;

/// The customers of the demonstration.
const MADE_UP: &str = "token-of-ann acme ann account_acme\ntoken-of-bob globex bob account_globex";

/// A user of a customer.
#[derive(Debug)]
pub(crate) struct Customer {
    pub(crate) name: String,
    pub(crate) user: String,
    /// The integrated account of the customer.
    pub(crate) account: String,
    token: String,
}

/// The customers of the service.
pub(crate) struct Customers(Vec<Arc<Customer>>);

impl Customers {
    /// Reads the customers from a file, or makes two up, and adds their accounts to the server on loopback.
    pub(crate) fn read(session: &Session) -> Result<Self, Box<dyn Error>> {
        let text = match (env::var_os("CHAT_CUSTOMERS"), &session.server) {
            (Some(file), _) => fs::read_to_string(file)?,
            (None, Some(_)) => MADE_UP.to_owned(),
            (None, None) => return Err("name a file with the customers in CHAT_CUSTOMERS".into()),
        };
        let lines = text.lines().filter(|line| !line.trim().is_empty());
        let customers: Vec<Arc<Customer>> = lines.map(read).collect::<Result<_, _>>()?;
        if let Some(server) = &session.server {
            for customer in &customers {
                server.add_account(&customer.account, AccountState::default());
            }
        }
        Ok(Self(customers))
    }

    /// Returns the customer of a token.
    pub(crate) fn of_token(&self, token: &str) -> Option<&Arc<Customer>> {
        self.0.iter().find(|customer| customer.token == token)
    }

    /// Returns the customer of this name and user.
    pub(crate) fn find(&self, name: &str, user: &str) -> Option<&Arc<Customer>> {
        let mut customers = self.0.iter();
        customers.find(|customer| customer.name == name && customer.user == user)
    }
}

fn read(line: &str) -> Result<Arc<Customer>, Box<dyn Error>> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let &[token, name, user, account] = words.as_slice() else {
        return Err("a line of the customers is not: token, name, user and account".into());
    };
    Ok(Arc::new(Customer {
        name: name.to_owned(),
        user: user.to_owned(),
        account: account.to_owned(),
        token: token.to_owned(),
    }))
}
