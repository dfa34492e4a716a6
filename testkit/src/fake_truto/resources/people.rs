//! Users, their roles in accounts and projects, and invitations.

use serde_json::{Value, json};

use super::{Arguments, Reply};
use crate::fake_truto::responses::{Record, Refusal};
use crate::fake_truto::store::{Store, record, text};

pub(super) fn create_account_user(
    store: &mut Store,
    arguments: &Arguments,
) -> Result<Reply, Refusal> {
    store.accounts.get(arguments.id())?;
    let email = arguments.body_text("email").unwrap_or_default();
    let user = user_with_address(store, email);
    let id = text(&user, "id").unwrap_or_default();
    grant(store, id, arguments.id(), None, "member");
    Ok(Reply::Record(user.into()))
}

pub(super) fn update_user(store: &mut Store, arguments: &Arguments) -> Result<Reply, Refusal> {
    let user = store.users.change(arguments.id(), arguments.body.clone())?;
    Ok(Reply::Record(user))
}

pub(super) fn list_teammates(store: &mut Store, arguments: &Arguments) -> Result<Reply, Refusal> {
    super::check_owners(store, arguments)?;
    let account = arguments.query_text("accountId");
    let project = arguments.query_text("projectId");
    let shares = |role: &Record| {
        let in_account = account.is_none() || text(role, "accountId") == account;
        // A role without a project applies to every project of its account.
        let of_project = project.is_none_or(|id| reaches(store, role, id));
        in_account && of_project
    };
    let is_teammate = |user: &&Record| {
        let mut roles = store.roles.iter();
        roles.any(|role| text(role, "userId") == text(user, "id") && shares(role))
    };
    let users = store.users.iter().filter(is_teammate);
    Ok(Reply::List(users.cloned().map(Value::Object).collect()))
}

pub(super) fn list_roles(store: &mut Store, arguments: &Arguments) -> Result<Reply, Refusal> {
    super::check_owners(store, arguments)?;
    let roles = store.roles.matching(&["accountId"], &arguments.query);
    Ok(Reply::List(roles))
}

/// Sets the role of a user in an account or project.
pub(super) fn update_role(store: &mut Store, arguments: &Arguments) -> Result<Reply, Refusal> {
    store.users.get(arguments.id())?;
    let account = super::account_of(store, arguments)?;
    let project = arguments.body_text("projectId");
    let role = arguments.body_text("role").unwrap_or("member");
    let granted = grant(store, arguments.id(), &account, project, role);
    Ok(Reply::Record(granted))
}

pub(super) fn delete_role(store: &mut Store, arguments: &Arguments) -> Result<Reply, Refusal> {
    let user = arguments.id().to_owned();
    store.users.get(&user)?;
    super::check_owners(store, arguments)?;
    let account = arguments.query_text("accountId");
    let project = arguments.query_text("projectId");
    let meant = |role: &Record| {
        text(role, "userId") == Some(&user)
            && (account.is_none() || text(role, "accountId") == account)
            && (project.is_none() || text(role, "projectId") == project)
    };
    if !store.roles.iter().any(meant) {
        return Err(Refusal::not_found("role of user", &user));
    }
    store.roles.remove(meant);
    Ok(Reply::Deleted(user))
}

pub(super) fn list_invitations(store: &mut Store, arguments: &Arguments) -> Result<Reply, Refusal> {
    super::check_owners(store, arguments)?;
    let fields = ["accountId", "status"];
    let mut invitations = store.invitations.matching(&fields, &arguments.query);
    if let Some(project) = arguments.query.get("projectId") {
        invitations.retain(|invitation| {
            let projects = invitation.get("projectIds").and_then(Value::as_array);
            projects.is_some_and(|projects| projects.contains(project))
        });
    }
    Ok(Reply::List(invitations))
}

pub(super) fn get_invitation(store: &mut Store, arguments: &Arguments) -> Result<Reply, Refusal> {
    let invitation = store.invitations.get(arguments.id())?;
    Ok(Reply::Record(invitation.clone().into()))
}

/// Creates an invitation for each address and returns the first.
pub(super) fn create_invitation(
    store: &mut Store,
    arguments: &Arguments,
) -> Result<Reply, Refusal> {
    let account = super::account_of(store, arguments)?;
    let projects = texts(&arguments.body, "projectIds");
    for project in &projects {
        let known = store.projects.referenced("projectIds", project)?;
        if text(known, "accountId") != Some(&account) {
            let message =
                format!("projectIds: {project:?} does not belong to account {account:?}.");
            return Err(Refusal::unprocessable(message));
        }
    }
    let mut made = Vec::new();
    for email in texts(&arguments.body, "emails") {
        let invitation = record(json!({
            "id": store.next_id(store.invitations.prefix()),
            "email": email,
            "role": arguments.body_text("role"),
            "accountId": account,
            "projectIds": projects,
            "status": "pending",
            "createdAt": store.now().to_string(),
        }));
        made.push(store.invitations.insert(invitation));
    }
    let first = made.into_iter().next();
    first
        .map(Reply::Record)
        .ok_or_else(|| Refusal::unprocessable("emails: there is no one to invite."))
}

pub(super) fn update_invitation(
    store: &mut Store,
    arguments: &Arguments,
) -> Result<Reply, Refusal> {
    pending(store, arguments.id())?;
    let changes = arguments.body.clone();
    let invitation = store.invitations.change(arguments.id(), changes)?;
    Ok(Reply::Record(invitation))
}

pub(super) fn cancel_invitation(
    store: &mut Store,
    arguments: &Arguments,
) -> Result<Reply, Refusal> {
    pending(store, arguments.id())?;
    let changes = record(json!({ "status": "cancelled" }));
    store.invitations.change(arguments.id(), changes)?;
    Ok(Reply::Deleted(arguments.id().to_owned()))
}

/// Turns the invited person into a user with the role of the invitation.
pub(super) fn accept_invitation(
    store: &mut Store,
    arguments: &Arguments,
) -> Result<Reply, Refusal> {
    let id = arguments.query_text("invitationId").unwrap_or_default();
    let invitation = pending(store, id)?;
    let email = text(&invitation, "email").unwrap_or_default();
    let account = text(&invitation, "accountId").unwrap_or_default();
    let role = text(&invitation, "role").unwrap_or("member");
    let user = user_with_address(store, email);
    let user = text(&user, "id").unwrap_or_default();
    let projects = texts(&invitation, "projectIds");
    if projects.is_empty() {
        grant(store, user, account, None, role);
    }
    for project in projects {
        grant(store, user, account, Some(&project), role);
    }
    let changes = record(json!({ "status": "accepted" }));
    store.invitations.change(id, changes)?;
    Ok(Reply::Nothing)
}

/// Returns an invitation that is neither accepted nor cancelled.
fn pending(store: &Store, id: &str) -> Result<Record, Refusal> {
    let invitation = store.invitations.get(id)?;
    match text(invitation, "status") {
        Some("pending") | None => Ok(invitation.clone()),
        Some(status) => {
            let message = format!("The invitation is {status} already.");
            Err(Refusal::unprocessable(message))
        }
    }
}

/// Returns the user with an address, and creates it if it does not exist.
fn user_with_address(store: &mut Store, email: &str) -> Record {
    let mut users = store.users.iter();
    if let Some(user) = users.find(|user| text(user, "email") == Some(email)) {
        return user.clone();
    }
    drop(users);
    let name = email.split('@').next().unwrap_or(email).to_owned();
    let id = store.next_id(store.users.prefix());
    let user = record(json!({ "id": id, "name": name, "email": email }));
    store.users.insert(user.clone());
    user
}

/// Gives a user a role that replaces an earlier one in the same account or project.
fn grant(store: &mut Store, user: &str, account: &str, project: Option<&str>, role: &str) -> Value {
    let same_place = |record: &&Record| {
        text(record, "userId") == Some(user)
            && text(record, "accountId") == Some(account)
            && text(record, "projectId") == project
    };
    let known = store.roles.iter().find(same_place);
    let known = known.and_then(|role| text(role, "id")).map(str::to_owned);
    if let Some(id) = known {
        let changed = store.roles.change(&id, record(json!({ "role": role })));
        if let Ok(changed) = changed {
            return changed;
        }
    }
    let id = store.next_id(store.roles.prefix());
    store.roles.insert(record(json!({
        "id": id,
        "userId": user,
        "role": role,
        "accountId": account,
        "projectId": project,
    })))
}

/// Returns `true` if a role applies to a project.
fn reaches(store: &Store, role: &Record, project: &str) -> bool {
    let account = store.projects.get(project).ok();
    let account = account.and_then(|project| text(project, "accountId"));
    match text(role, "projectId") {
        Some(id) => id == project,
        None => text(role, "accountId") == account,
    }
}

fn texts(record: &Record, field: &str) -> Vec<String> {
    let values = record.get(field).and_then(Value::as_array);
    let texts = values.into_iter().flatten().filter_map(Value::as_str);
    texts.map(str::to_owned).collect()
}
