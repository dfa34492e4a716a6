//! Refusals of the API that are not about the form of the arguments.

use crate::codec::Json;
use crate::error::ApiError;

/// The reason why the API refuses arguments that fit the catalog.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::agent) enum ApiRefusal {
    /// A value names a record that does not exist.
    NotFound,
    /// A record like the new one exists.
    Duplicate,
    /// The state of a record does not allow the call.
    State,
    /// Other calls or records stand in the way: another value, such as a free time, may be allowed.
    Conflict,
    /// Any other reason: the values of the arguments.
    Arguments,
}

/// Words for the state of a record, which count after one of [`LINKS`] or before "already".
const STATES: [&str; 32] = [
    "accepted",
    "activated",
    "active",
    "archived",
    "blocked",
    "canceled",
    "cancelled",
    "closed",
    "completed",
    "confirmed",
    "deactivated",
    "deleted",
    "disabled",
    "enabled",
    "ended",
    "expired",
    "finished",
    "frozen",
    "inactive",
    "locked",
    "paid",
    "paused",
    "pending",
    "processed",
    "published",
    "rejected",
    "removed",
    "revoked",
    "sent",
    "suspended",
    "used",
    "withdrawn",
];

/// Words between a record and its state.
const LINKS: [&str; 14] = [
    "already",
    "are",
    "be",
    "been",
    "currently",
    "has",
    "have",
    "is",
    "longer",
    "not",
    "still",
    "was",
    "were",
    "yet",
];

/// Phrases for a record that exists already.
const DUPLICATE: [&str; 11] = [
    "already exists",
    "already exist",
    "already registered",
    "is already a member",
    "exists already",
    "already taken",
    "already in use",
    "duplicate",
    "must be unique",
    "not unique",
    "been taken",
];

/// Phrases for a record that does not exist.
const NOT_FOUND: [&str; 5] = [
    "does not exist",
    "do not exist",
    "not found",
    "no such",
    "there is no",
];

/// Phrases for something that others use, or that would be in the way.
const CONFLICT: [&str; 15] = [
    "booked",
    "fully booked",
    "no free",
    "none available",
    "not available",
    "no longer available",
    "occupied",
    "out of stock",
    "overlap",
    "overlapping",
    "overlaps",
    "reserved",
    "sold out",
    "unavailable",
    "would be",
];

/// Words for what can be taken at one time and free at another.
const TIMES_AND_PLACES: [&str; 10] = [
    "appointment",
    "date",
    "interval",
    "period",
    "room",
    "seat",
    "slot",
    "table",
    "time",
    "timeslot",
];

/// Words that say that something is taken.
const TAKEN: [&str; 3] = ["taken", "in use", "busy"];

/// Phrases about the values that an argument may have, in which states are listed.
const ALLOWED_VALUES: [&str; 4] = ["must be", "one of", "allowed values", "expected"];

/// Returns the reason of a refusal. The message decides, and not the status alone: APIs use 400, 409
/// and 422 for the same things. Without a known reason, a 409 is a conflict, and 412 and 423 are about a
/// state.
pub(in crate::agent) fn api_refusal(error: &ApiError) -> ApiRefusal {
    let body = &error.error_body;
    let details = body.details.as_ref().map(Json::to_string);
    let texts = [body.message.as_deref(), details.as_deref()];
    let texts: Vec<&str> = texts.into_iter().flatten().collect();
    match reason(&texts.join(" ")) {
        ApiRefusal::Arguments => match error.status.as_u16() {
            409 => ApiRefusal::Conflict,
            412 | 423 => ApiRefusal::State,
            _ => ApiRefusal::Arguments,
        },
        reason => reason,
    }
}

fn reason(text: &str) -> ApiRefusal {
    let is_separator = |character: char| !character.is_alphanumeric() && character != '_';
    let text = text.to_lowercase();
    let said: Vec<&str> = text
        .split(is_separator)
        .filter(|word| !word.is_empty())
        .collect();
    let says = |phrases: &[&str]| {
        let sentence = format!(" {} ", said.join(" "));
        phrases
            .iter()
            .any(|phrase| sentence.contains(&format!(" {phrase} ")))
    };
    let allows_values = says(&ALLOWED_VALUES);
    let is_taken = says(&TAKEN) && says(&TIMES_AND_PLACES);
    if !allows_values && (is_taken || says(&CONFLICT)) {
        return ApiRefusal::Conflict;
    }
    if says(&DUPLICATE) {
        return ApiRefusal::Duplicate;
    }
    if says(&NOT_FOUND) {
        return ApiRefusal::NotFound;
    }
    let is_state = |word: &str| STATES.contains(&word);
    let is_about_state = said.windows(2).any(|pair| match pair {
        [first, second] => {
            LINKS.contains(first) && is_state(second)
                || is_state(first) && *second == "already"
                || (*first, *second) == ("no", "longer")
        }
        _ => false,
    });
    if (is_about_state || said.contains(&"expired")) && !allows_values {
        ApiRefusal::State
    } else {
        ApiRefusal::Arguments
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_states_from_wrong_values() {
        for (text, expected) in [
            ("The invitation is cancelled already.", ApiRefusal::State),
            ("invitation already accepted", ApiRefusal::State),
            ("The API key has expired.", ApiRefusal::State),
            ("Invitation expired", ApiRefusal::State),
            ("The key is not active", ApiRefusal::State),
            ("This project has been archived", ApiRefusal::State),
            ("The account is no longer open", ApiRefusal::State),
            (
                "A project with this name exists already",
                ApiRefusal::Duplicate,
            ),
            ("email has already been taken", ApiRefusal::Duplicate),
            ("Duplicate name", ApiRefusal::Duplicate),
            ("This email is already registered", ApiRefusal::Duplicate),
            ("The user is already a member of it", ApiRefusal::Duplicate),
            ("The invitation has already been used", ApiRefusal::State),
            ("Cannot delete: already deleted", ApiRefusal::State),
            ("There is no project \"prj_9\".", ApiRefusal::NotFound),
            ("projectId does not exist", ApiRefusal::NotFound),
            (
                "The room is already booked at this time",
                ApiRefusal::Conflict,
            ),
            ("Slot taken", ApiRefusal::Conflict),
            ("This time slot is already taken", ApiRefusal::Conflict),
            ("There is no free room", ApiRefusal::Conflict),
            ("It overlaps with another appointment", ApiRefusal::Conflict),
            ("The key would be expired", ApiRefusal::Conflict),
            ("The slot is no longer available", ApiRefusal::Conflict),
            ("This username is already taken", ApiRefusal::Duplicate),
            ("Project is archived", ApiRefusal::State),
            ("env must be one of live, reserved", ApiRefusal::Arguments),
            (
                "status must be one of pending, accepted, cancelled",
                ApiRefusal::Arguments,
            ),
            ("isActive is not a boolean", ApiRefusal::Arguments),
            ("name is too long", ApiRefusal::Arguments),
            ("", ApiRefusal::Arguments),
        ] {
            assert_eq!(reason(text), expected, "{text}");
        }
    }
}
