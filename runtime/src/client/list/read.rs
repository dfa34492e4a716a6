//! Reads a page: on the fast path as a whole, or on the slow path record by record.

use bytes::Bytes;

use super::envelope::Envelope;
use super::fast_path::read_quickly;
use super::page::{Page, Rejected};
use crate::codec::{
    Json, MAX_RECORD_PROBLEMS, Problem, ProblemKind, Reader, RecordError, Stop, Value,
    decode_quickly, decode_slowly, parse_json, preview, without_byte_order_mark,
};
use crate::error::{DecodeProblem, Error};
use crate::http::{ReadContext, Response, is_blank};

/// The size up to which the fast path is tried. It cannot be interrupted.
const MAX_FAST_SIZE: usize = 1024 * 1024;

/// The number of rejected records that a page keeps.
const MAX_REJECTED: usize = 1000;

/// The number of problems of all rejected records of a page, after which each keeps one.
const MAX_PAGE_PROBLEMS: usize = 2000;

/// The number of records after which room is made for the rest at once.
const COUNTED_LENGTH: usize = 1024;

/// Reads a page: `{"result": […], "next_cursor": …}`, a bare list, or an empty body.
pub(crate) fn read_page<T: Value>(
    response: &Response,
    context: &ReadContext<'_>,
) -> Result<Page<T>, Error> {
    if response.body().len() <= MAX_FAST_SIZE
        && let Some(page) = read_quickly(response)?
    {
        return Ok(page);
    }
    read_page_by_record(response, context)
}

/// Reads a page on the slow path. An unreadable record affects neither the other records nor the cursor.
pub(crate) fn read_page_by_record<T: Value>(
    response: &Response,
    context: &ReadContext<'_>,
) -> Result<Page<T>, Error> {
    let text = without_byte_order_mark(response.json_text()?);
    let mut reading = PageReading::<T> {
        response,
        context: *context,
        items: Vec::new(),
        rejected: Vec::new(),
        rejected_count: 0,
        is_rejecting: false,
        problem_count: 0,
        envelope: Envelope::default(),
    };
    match reading.read(text) {
        Ok(()) => Ok(reading.into_page()),
        Err(Failure::Stop(stop)) => Err(response.unreadable(stop)),
        Err(Failure::Shape(problems)) => Err(response.decode_error(DecodeProblem::Shape(problems))),
    }
}

/// The reason why a whole page cannot be read.
enum Failure {
    Stop(Stop),
    Shape(RecordError),
}

impl Failure {
    fn shape(path: &str, kind: ProblemKind) -> Self {
        let problem = Problem::new(path.to_owned(), kind);
        Self::Shape(RecordError::new(vec![problem]))
    }
}

impl From<Stop> for Failure {
    fn from(stop: Stop) -> Self {
        Self::Stop(stop)
    }
}

/// A page while it is read.
struct PageReading<'r, T> {
    response: &'r Response,
    context: ReadContext<'r>,
    items: Vec<T>,
    rejected: Vec<Rejected>,
    rejected_count: usize,
    /// `true` if the last record did not match.
    is_rejecting: bool,
    /// The number of problems of the rejected records.
    problem_count: usize,
    envelope: Envelope,
}

impl<'r, T: Value> PageReading<'r, T> {
    fn read(&mut self, text: &'r [u8]) -> Result<(), Failure> {
        if is_blank(text) {
            return Ok(());
        }
        let mut reader = Reader::new(text, self.context.interrupt);
        match reader.peek() {
            Some(b'[') => self.read_records(&mut reader)?,
            Some(b'{') => self.read_envelope(&mut reader)?,
            _ => {
                let found = reader.skip_value()?;
                reader.end()?;
                if found != b"null" {
                    return Err(self.not_a_list("", found));
                }
            }
        }
        Ok(reader.end()?)
    }

    /// Reads the fields of the envelope. The last of several lists of records counts.
    fn read_envelope(&mut self, reader: &mut Reader<'r>) -> Result<(), Failure> {
        let mut parts = reader.begin(b'{').ok_or(Stop::Syntax)?;
        let mut has_records = false;
        let mut other = None;
        while let Some(name) = reader.next_member(&mut parts)? {
            if name == "result" {
                self.forget_records();
                has_records = true;
                other = self.read_result(reader)?;
            } else {
                let text = reader.skip_value()?;
                self.envelope.take(&name, text, self.context.interrupt);
            }
        }
        match other {
            Some(problem) => Err(problem),
            None if has_records => Ok(()),
            None => Err(Failure::shape("/result", ProblemKind::Missing)),
        }
    }

    /// Reads the field `result`: a list of records, or null. Returns the problem of anything else.
    fn read_result(&mut self, reader: &mut Reader<'r>) -> Result<Option<Failure>, Failure> {
        if reader.peek() == Some(b'[') {
            self.read_records(reader)?;
            return Ok(None);
        }
        let found = reader.skip_value()?;
        Ok((found != b"null").then(|| self.not_a_list("/result", found)))
    }

    fn read_records(&mut self, reader: &mut Reader<'r>) -> Result<(), Failure> {
        let mut parts = reader.begin(b'[').ok_or(Stop::Syntax)?;
        let mut index = 0;
        while reader.next_element(&mut parts)? {
            if self.items.len() >= COUNTED_LENGTH && self.items.len() == self.items.capacity() {
                self.make_room(index, reader.count_elements());
            }
            let text = reader.skip_value()?;
            match self.decode(text) {
                Ok(item) => self.items.push(item),
                Err(problems) => self.reject(index, text, problems),
            }
            index += 1;
        }
        Ok(())
    }

    /// Decodes a record. After one that did not match, the next is not expected to match either.
    fn decode(&mut self, text: &[u8]) -> Result<T, RecordError> {
        if !self.is_rejecting
            && let Some(record) = decode_quickly(text)
        {
            return Ok(record);
        }
        let is_kept = self.rejected.len() < MAX_REJECTED;
        let max_problems = if is_kept && self.problem_count < MAX_PAGE_PROBLEMS {
            MAX_RECORD_PROBLEMS
        } else {
            1
        };
        let decoded = decode_slowly(text, self.context.interrupt, max_problems);
        self.is_rejecting = decoded.is_err();
        decoded
    }

    /// Makes room for the items among the records that are left, because a list that grows by
    /// doubling would be in memory twice.
    fn make_room(&mut self, read: usize, left: usize) {
        let rate = self.items.len().saturating_mul(left) / read.max(1);
        let expected = rate.saturating_add(rate / 16).saturating_add(1);
        self.items.reserve_exact(expected.min(left));
    }

    fn reject(&mut self, index: usize, text: &[u8], mut problems: RecordError) {
        self.rejected_count += 1;
        if self.rejected.len() >= MAX_REJECTED {
            return;
        }
        let clean = self.context.scrubber.body(text);
        if let Some(clean) = &clean {
            // The problems quote the record.
            problems = self.decode(clean).err().unwrap_or_else(repeats_the_token);
        }
        self.problem_count += problems.problems().len();
        self.rejected.push(Rejected {
            tool: self.response.tool(),
            request_id: self.response.scrubbed_request_id(),
            index,
            body: clean.unwrap_or_else(|| Bytes::copy_from_slice(text)),
            problems,
            context: self.response.context().cloned(),
        });
    }

    /// Drops the records of a list that another one replaces.
    fn forget_records(&mut self) {
        self.items.clear();
        self.rejected.clear();
        self.rejected_count = 0;
        self.problem_count = 0;
    }

    /// Returns the problem of a value that is not a list, or that is not JSON.
    fn not_a_list(&self, path: &str, found: &[u8]) -> Failure {
        let is_container = matches!(found.first(), Some(b'[' | b'{'));
        if !is_container && parse_json(found, self.context.interrupt).is_err() {
            return Failure::Stop(Stop::Syntax);
        }
        let found = preview(found, self.context.interrupt);
        let kind = ProblemKind::wrong_type("a list of records", &found);
        Failure::shape(path, kind)
    }

    fn into_page(self) -> Page<T> {
        let mut page = self.envelope.into_page(self.items, self.response);
        page.rejected = self.rejected;
        page.rejected_count = self.rejected_count;
        page
    }
}

/// Returns the problem of a record that fits only without the token, as a name or as a number.
fn repeats_the_token() -> RecordError {
    let found = Json::from("a record that repeats the token");
    let kind = ProblemKind::wrong_type("a record", &found);
    RecordError::new(vec![Problem::new(String::new(), kind)])
}
