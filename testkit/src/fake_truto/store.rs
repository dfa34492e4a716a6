//! The records of the Auth API: tables with identifiers, and a clock that advances with each write.

use serde_json::{Value, json};

use super::calendar::{Day, Moment};
use super::responses::{Record, Refusal};
use super::usage::hash;

/// All records of the Auth API.
pub(crate) struct Store {
    now: Moment,
    last_number: u32,
    pub(crate) accounts: Table,
    pub(crate) projects: Table,
    pub(crate) access_keys: Table,
    pub(crate) api_keys: Table,
    pub(crate) webhooks: Table,
    pub(crate) users: Table,
    pub(crate) roles: Table,
    pub(crate) invitations: Table,
}

impl Store {
    /// Creates a store without records; its clock is at 2026-06-15 09:00.
    pub(crate) fn empty() -> Store {
        Store {
            now: Day::of(2026, 6, 15).midnight().plus(9 * 3_600),
            last_number: 9_000,
            accounts: Table::new("account", "acc"),
            projects: Table::new("project", "prj"),
            access_keys: Table::new("access key", "ak"),
            api_keys: Table::new("API key", "key"),
            webhooks: Table::new("webhook", "whk"),
            users: Table::new("user", "usr"),
            roles: Table::new("role", "rol"),
            invitations: Table::new("invitation", "inv"),
        }
    }

    /// Advances the clock by the one second of a write.
    pub(crate) fn tick(&mut self) {
        self.now = self.now.plus(1);
    }

    /// Returns the current time.
    pub(crate) fn now(&self) -> Moment {
        self.now
    }

    /// Returns the next free identifier with a prefix, such as `prj_9001`.
    pub(crate) fn next_id(&mut self, prefix: &str) -> String {
        self.last_number += 1;
        format!("{prefix}_{}", self.last_number)
    }

    /// Returns a new value for a key. The sequence of values is the same after each reset.
    pub(crate) fn next_key_value(&mut self, env: &str) -> String {
        self.last_number += 1;
        key_value(env, &self.last_number.to_string())
    }

    /// Returns the audit fields of a record that is created through the API.
    pub(crate) fn audit(&self) -> Record {
        record(json!({
            "isActive": true,
            "createdBy": "ak_1",
            "createdByType": "ACCESS_KEY",
            "createdIn": null,
            "lastChangedBy": null,
            "lastChangedByType": null,
            "createdAt": self.now.to_string(),
            "updatedAt": self.now.to_string(),
        }))
    }

    /// Returns the fields of [`Store::audit`] that a change through the API sets.
    pub(crate) fn audit_change(&self) -> Record {
        record(json!({
            "lastChangedBy": "ak_1",
            "lastChangedByType": "ACCESS_KEY",
            "updatedAt": self.now.to_string(),
        }))
    }
}

/// Returns a value that looks like a key and is clearly not a secret.
pub(crate) fn key_value(env: &str, seed: &str) -> String {
    format!("{env}_{:016x}", hash(seed))
}

/// Records of one kind, in order of creation.
pub(crate) struct Table {
    kind: &'static str,
    prefix: &'static str,
    records: Vec<Record>,
}

impl Table {
    fn new(kind: &'static str, prefix: &'static str) -> Table {
        Table {
            kind,
            prefix,
            records: Vec::new(),
        }
    }

    /// Returns the prefix of the identifiers of this table.
    pub(crate) fn prefix(&self) -> &'static str {
        self.prefix
    }

    /// Adds a record and returns it.
    pub(crate) fn insert(&mut self, record: Record) -> Value {
        let answer = Value::Object(record.clone());
        self.records.push(record);
        answer
    }

    /// Returns the record with an identifier.
    pub(crate) fn get(&self, id: &str) -> Result<&Record, Refusal> {
        let mut records = self.records.iter();
        records
            .find(|record| text(record, "id") == Some(id))
            .ok_or_else(|| Refusal::not_found(self.kind, id))
    }

    /// Returns the record that another record refers to; it is the caller's mistake if it does not exist.
    pub(crate) fn referenced(&self, field: &str, id: &str) -> Result<&Record, Refusal> {
        self.get(id).map_err(|_missing| {
            Refusal::unprocessable(format!("{field}: there is no {} {id:?}.", self.kind))
        })
    }

    /// Sets fields of a record and returns it.
    pub(crate) fn change(&mut self, id: &str, changes: Record) -> Result<Value, Refusal> {
        let mut records = self.records.iter_mut();
        let record = records
            .find(|record| text(record, "id") == Some(id))
            .ok_or_else(|| Refusal::not_found(self.kind, id))?;
        record.extend(changes);
        Ok(Value::Object(record.clone()))
    }

    /// Removes every record with a value in a field.
    pub(crate) fn remove_where(&mut self, field: &str, value: &str) {
        self.remove(|record| text(record, field) == Some(value));
    }

    /// Removes every record that matches.
    pub(crate) fn remove(&mut self, test: impl Fn(&Record) -> bool) {
        self.records.retain(|record| !test(record));
    }

    /// Returns all records.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Record> {
        self.records.iter()
    }

    /// Returns the records that match the arguments in each of the fields. Absent arguments match everything.
    pub(crate) fn matching(&self, fields: &[&str], arguments: &Record) -> Vec<Value> {
        let fits = |record: &&Record| {
            fields.iter().all(|field| {
                let wanted = arguments.get(*field);
                wanted.is_none_or(|wanted| record.get(*field) == Some(wanted))
            })
        };
        let records = self.records.iter().filter(fits);
        records.cloned().map(Value::Object).collect()
    }
}

/// Returns the fields of a JSON object, and none for any other value.
pub(crate) fn record(value: Value) -> Record {
    match value {
        Value::Object(fields) => fields,
        _ => Record::new(),
    }
}

/// Returns a field that is a string.
pub(crate) fn text<'a>(record: &'a Record, field: &str) -> Option<&'a str> {
    record.get(field).and_then(Value::as_str)
}
