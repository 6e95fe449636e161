//! Requests as tasks: one per table, with the location of its answers.

use crate::settings::Form;
use anyhow::{Result, bail};
use model::rows::Format;
use storage::{Location, Store};

/// A table, and where its answers and its bad rows go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    /// The table.
    pub input: Location,
    /// Its answers.
    pub output: Location,
    /// Its bad rows; not written where there are none.
    pub bad: Location,
    /// The folder or prefix that `output` and `bad` must lie below, where their names were derived
    /// from a table's.
    pub above: Option<Location>,
    /// Tag of the only content that is answered, without quotes; any content, if none.
    pub etag: Option<String>,
}

impl Task {
    /// Makes the task of one table, with a location for its answers; bad rows go beside them.
    ///
    /// # Errors
    /// When the answers would replace the table.
    pub fn new(input: Location, output: Location) -> Result<Task> {
        if input == output {
            bail!("{input}: the answers would replace the table; name another output");
        }
        let bad = beside(&output);
        Ok(Task {
            input,
            output,
            bad,
            above: None,
            etag: None,
        })
    }

    /// Makes the task of a table under the prefix `from`, or by itself, whose answers go under the
    /// prefix `to` by the table's whole name and one more ending: `a/b.csv.gz` to
    /// `a/b.csv.gz.jsonl`. So no two tables get one place.
    ///
    /// # Errors
    /// When the table lies where answers go: it is one, and its answers would be tables again.
    pub fn under(
        input: Location,
        from: Option<&Location>,
        to: &Location,
        form: Form,
    ) -> Result<Task> {
        Task::of_content(input, from, to, form, None)
    }

    /// As [`Task::under`], for one content of the table: with its tag the answers have the name
    /// `a/b.csv.gz.TAG.jsonl`, so that a table that is replaced is answered again, and no content
    /// twice.
    ///
    /// # Errors
    /// As [`Task::under`].
    pub fn of_content(
        input: Location,
        from: Option<&Location>,
        to: &Location,
        form: Form,
        etag: Option<String>,
    ) -> Result<Task> {
        if lies_under(&input, to) {
            bail!("{input}: it lies under {to}, where answers go; take another place for them");
        }
        let below = from.and_then(|from| input.relative_to(from));
        let mut name = below.unwrap_or_else(|| input.name());
        if let Some(etag) = &etag {
            name = format!("{name}.{etag}");
        }
        let ending = form.ending();
        let output = to.join(&format!("{name}.{ending}"));
        let bad = to.join(&format!("{name}.bad.jsonl"));
        Ok(Task {
            input,
            output,
            bad,
            above: Some(to.clone()),
            etag,
        })
    }
}

/// `answers.jsonl` and `answers.csv` to `answers.bad.jsonl`.
fn beside(output: &Location) -> Location {
    let text = output.to_string();
    let stem = [".jsonl", ".csv"]
        .iter()
        .find_map(|ending| text.strip_suffix(ending));
    let bad = format!("{}.bad.jsonl", stem.unwrap_or(&text));
    match output {
        Location::File(_) => Location::File(bad.into()),
        Location::S3 { .. } => bad.parse().unwrap_or_else(|_| output.join("bad.jsonl")),
    }
}

/// True if `below` lies under the folder or prefix `above`. Paths are made whole first: `./out` and
/// `out` are one folder.
fn lies_under(below: &Location, above: &Location) -> bool {
    let whole = |at: &Location| match at {
        Location::File(path) => {
            let whole = path.canonicalize().or_else(|_| std::path::absolute(path));
            Location::File(whole.unwrap_or_else(|_| path.clone()))
        }
        Location::S3 { key, .. } if key.is_empty() || key.ends_with('/') => at.clone(),
        // Without its slash a prefix would take in its neighbours.
        Location::S3 { bucket, key } => Location::S3 {
            bucket: bucket.clone(),
            key: format!("{key}/"),
        },
    };
    match below {
        Location::File(_) => whole(below).relative_to(&whole(above)).is_some(),
        Location::S3 { .. } => below.relative_to(&whole(above)).is_some(),
    }
}

/// The tasks of an input and an output: one for a table, for a prefix or folder one for each table
/// under it, by name.
///
/// # Errors
/// When there is no table, or the answers would lie among them.
pub fn tasks(store: &Store, input: &Location, output: &Location, form: Form) -> Result<Vec<Task>> {
    if !input.is_prefix() {
        return Ok(vec![if output.is_prefix() {
            Task::under(input.clone(), None, output, form)?
        } else {
            Task::new(input.clone(), output.clone())?
        }]);
    }
    if lies_under(output, input) {
        bail!(
            "{output}: it lies under {input}, where the tables are; take another place for answers"
        );
    }
    let mut tasks = Vec::new();
    let mut others = 0;
    for entry in store.list(input)? {
        let location = entry?.location;
        match Format::of_name(&location.name()) {
            Some(_) => tasks.push(Task::under(location, Some(input), output, form)?),
            None => others += 1,
        }
    }
    if tasks.is_empty() {
        bail!(
            "{input}: no table lies under it (.csv, .tsv or .jsonl, also with .gz){}",
            if others > 0 {
                format!("; {others} with other endings were skipped")
            } else {
                String::new()
            }
        );
    }
    Ok(tasks)
}

#[cfg(test)]
mod tests {
    use super::{Form, Task};
    use storage::Location;

    fn at(text: &str) -> Location {
        text.parse().unwrap()
    }

    #[test]
    fn answers_lie_under_the_output_by_the_table_s_whole_name() {
        let task = Task::under(
            at("s3://b/in/2026/a.csv.gz"),
            Some(&at("s3://b/in/")),
            &at("s3://b/out/"),
            Form::Jsonl,
        )
        .unwrap();
        assert_eq!(task.output, at("s3://b/out/2026/a.csv.gz.jsonl"));
        assert_eq!(task.bad, at("s3://b/out/2026/a.csv.gz.bad.jsonl"));
    }

    #[test]
    fn bad_rows_lie_beside_a_named_output() {
        let task = Task::new(at("a.csv"), at("x/answers.csv")).unwrap();
        assert_eq!(task.bad, at("x/answers.bad.jsonl"));
        let task = Task::new(at("s3://b/a.csv"), at("s3://b/answers")).unwrap();
        assert_eq!(task.bad, at("s3://b/answers.bad.jsonl"));
    }

    #[test]
    fn answers_never_become_tables() {
        let prefix = at("s3://b/in/");
        let under =
            |input| Task::under(at(input), Some(&prefix), &at("s3://b/in/out"), Form::Jsonl);
        assert!(under("s3://b/in/out/a.csv.jsonl").is_err());
        assert!(under("s3://b/in/outer.csv").is_ok());
        assert!(Task::new(at("s3://b/k"), at("s3://b/k")).is_err());
    }
}
