//! Connected accounts and integrations as sources of catalogs: credentials and addresses.

use secrecy::SecretString;
use toolsmith_codegen::options::AccountSettings;
use toolsmith_codegen::{Diagnostic, Diagnostics, SourceLocation};
use toolsmith_dialect::loopback::is_loopback;
use url::Url;

use crate::config::{Filter, scheme_problem};
use crate::system::environment::Environment;
use crate::workspace::CONFIG;

/// A connected account or an integration whose tools are a catalog.
#[derive(Debug)]
pub(crate) struct Account {
    /// The name of the catalog.
    pub(crate) catalog: String,
    /// The account or the integration.
    pub(crate) subject: Subject,
    /// The token.
    pub(crate) token: SecretString,
    /// The variable that contains the token.
    pub(crate) token_variable: String,
    /// The source of the address: a variable or a key of the configuration.
    pub(crate) base_url_origin: String,
    /// The tools to request.
    pub(crate) filter: Filter,
    /// The URL of the account or integration.
    url: Url,
}

/// The owner of the tools.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Subject {
    /// A connected account.
    Account {
        /// Its identifier.
        id: String,
        /// The variable that contains the identifier.
        variable: String,
    },
    /// An integration, without an account.
    Integration {
        /// Its identifier or slug.
        id: String,
    },
}

/// Variables that must be set to fetch a catalog, but are not set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MissingVariables {
    /// The names; of several alternatives, only the first.
    pub(crate) variables: Vec<String>,
}

impl Subject {
    /// Returns the segment of the path before the identifier.
    fn segment(&self) -> &'static str {
        match self {
            Self::Account { .. } => "integrated-account",
            Self::Integration { .. } => "integration",
        }
    }

    fn id(&self) -> &str {
        match self {
            Self::Account { id, .. } | Self::Integration { id } => id,
        }
    }

    /// Returns the kind and the identifier, for messages.
    pub(crate) fn describe(&self) -> String {
        match self {
            Self::Account { id, .. } => format!("account `{id}`"),
            Self::Integration { id } => format!("integration `{id}`"),
        }
    }

    /// Returns the place where the identifier is configured, for messages.
    pub(crate) fn origin(&self) -> String {
        match self {
            Self::Account { variable, .. } => variable.clone(),
            Self::Integration { .. } => format!("`integration` in {CONFIG}"),
        }
    }
}

impl Account {
    /// Looks up the variables of a catalog. The inner error lists those that are not set.
    ///
    /// # Errors
    ///
    /// Returns an error if the value of a variable is invalid.
    pub(crate) fn find(
        name: &str,
        settings: &AccountSettings,
        integration: Option<&str>,
        filter: &Filter,
        environment: &Environment,
    ) -> Result<Result<Self, MissingVariables>, Diagnostics> {
        let token = settings
            .token_variables
            .iter()
            .find_map(|variable| Some((variable.clone(), environment.get(variable)?)));
        let variable = &settings.account_variable;
        let subject = match integration {
            Some(id) => Some(Subject::Integration { id: id.to_owned() }),
            None => environment.get(variable).map(|id| Subject::Account {
                id,
                variable: variable.clone(),
            }),
        };
        let (Some((token_variable, token)), Some(subject)) = (token.clone(), subject.clone())
        else {
            let no_token = token.is_none().then(|| settings.token_variables.first());
            let no_account = subject.is_none().then_some(variable);
            let variables = no_token.flatten().into_iter().chain(no_account);
            return Ok(Err(MissingVariables {
                variables: variables.cloned().collect(),
            }));
        };
        check_token(&token, &token_variable)?;
        let overridden = environment.get(&settings.base_url_variable);
        let origin = match overridden {
            Some(_) => settings.base_url_variable.clone(),
            None => format!("`base_url` in {CONFIG}"),
        };
        let base_url = overridden.unwrap_or_else(|| settings.base_url.clone());
        let url = check_base_url(&base_url, &origin)?;
        Ok(Ok(Self {
            url: subject_url(url, &subject)?,
            catalog: name.to_owned(),
            subject,
            token: token.into(),
            token_variable,
            base_url_origin: origin,
            filter: filter.clone(),
        }))
    }

    /// Returns the URL of the tools, for messages.
    pub(crate) fn address(&self) -> String {
        self.below(&["tools"]).to_string()
    }

    /// Returns the server, for messages: `http://127.0.0.1:4010`.
    pub(crate) fn server(&self) -> String {
        self.url.origin().ascii_serialization()
    }

    /// Returns `true` if the server is on this machine.
    pub(crate) fn is_loopback(&self) -> bool {
        is_loopback(&self.url)
    }

    /// Returns the URL of a page of tools. `has_description` is always sent, because the server's
    /// default hides the tools without a description.
    pub(crate) fn page_url(&self, cursor: Option<&str>) -> Url {
        let mut url = self.below(&["tools"]);
        let pairs = [
            ("methods", joined(&self.filter.methods)),
            ("tags", joined(&self.filter.tags)),
            (
                "has_description",
                Some(self.filter.has_description.to_string()),
            ),
            ("next_cursor", cursor.map(str::to_owned)),
        ];
        for (name, value) in pairs {
            if let Some(value) = value {
                url.query_pairs_mut().append_pair(name, &value);
            }
        }
        url
    }

    /// Returns a URL below that of the account or integration.
    pub(crate) fn below(&self, path: &[&str]) -> Url {
        let mut url = self.url.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.extend(path);
        }
        url
    }
}

fn joined(names: &[String]) -> Option<String> {
    (!names.is_empty()).then(|| names.join(","))
}

/// Checks that a token can be sent in a header.
fn check_token(token: &str, variable: &str) -> Result<(), Diagnostics> {
    if token.chars().all(|char| char.is_ascii_graphic()) {
        return Ok(());
    }
    let diagnostic = Diagnostic::new(
        variable_location(variable),
        format!("{variable} contains characters that are not allowed in a token"),
    );
    Err(diagnostic
        .help("set it to the token only, without quotes, spaces or line breaks")
        .into())
}

fn check_base_url(text: &str, origin: &str) -> Result<Url, Diagnostics> {
    let refuse = |what: String, help: &str| {
        let diagnostic = Diagnostic::new(variable_location(origin), what).help(help);
        Err(Diagnostics::from(diagnostic))
    };
    let help = "set it to the address of the platform: https://api.truto.one";
    if let Some(problem) = scheme_problem(origin, text) {
        return refuse(problem, help);
    }
    let url = match Url::parse(text) {
        Ok(url) if url.has_host() => url,
        Ok(_) => return refuse(format!("{origin} has no host"), help),
        Err(error) => return refuse(format!("{origin} is not a URL: {error}"), help),
    };
    let has_more = url.query().is_some() || url.fragment().is_some();
    if has_more || !url.username().is_empty() || url.password().is_some() {
        let what = format!("{origin} must not contain credentials, a query or a fragment");
        return refuse(what, help);
    }
    match url.scheme() {
        "https" => Ok(url),
        "http" if is_loopback(&url) => Ok(url),
        "http" => refuse(
            format!("{origin} is plain HTTP, which would expose the token to the network"),
            "use https; plain HTTP is allowed for servers on this machine only",
        ),
        scheme => refuse(
            format!("{origin} has the scheme `{scheme}`, not `https`"),
            help,
        ),
    }
}

fn subject_url(mut url: Url, subject: &Subject) -> Result<Url, Diagnostics> {
    let id = subject.id();
    if matches!(id, "." | "..") {
        let origin = subject.origin();
        let what = format!("{origin} is `{id}`, which is not an account");
        return Err(Diagnostic::new(variable_location(&origin), what).into());
    }
    if let Ok(mut segments) = url.path_segments_mut() {
        segments.pop_if_empty().extend([subject.segment(), id]);
    }
    Ok(url)
}

fn variable_location(variable: &str) -> SourceLocation {
    SourceLocation {
        file: variable.to_owned(),
        ..SourceLocation::default()
    }
}
