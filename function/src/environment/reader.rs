//! Reads environment variables, and collects what is wrong with them.
//!
//! A variable that protects the function (keys, limits, what is hidden) and cannot be understood is
//! a reason to refuse every request: its default would let in what somebody meant to keep out. Any
//! other falls back to its default, which the log says. No complaint repeats a value, because it may
//! be a secret in the wrong place.

use super::{NOT_UTF_8, Variables};
use crate::problem::{Code, Problem};
use std::cell::RefCell;

/// Reads variables.
pub struct Reader<'a> {
    variables: Variables<'a>,
    complaints: RefCell<Vec<Complaint>>,
}

/// Something that is wrong with a variable.
#[derive(Clone, Debug)]
struct Complaint {
    /// One sentence.
    sentence: String,
    /// The refusal that every request gets for it; none where a default holds.
    code: Option<Code>,
}

impl<'a> Reader<'a> {
    /// A reader of these variables.
    pub fn new(variables: Variables<'a>) -> Reader<'a> {
        Reader {
            variables,
            complaints: RefCell::default(),
        }
    }

    /// The variables themselves, for what has rules of its own.
    pub fn variables(&self) -> Variables<'a> {
        self.variables
    }

    /// Notes why no request may be answered.
    pub fn refuse(&self, code: Code, sentence: impl Into<String>) {
        self.complain(Some(code), sentence.into());
    }

    /// Notes that a variable is wrong and its default holds.
    pub fn warn(&self, sentence: impl Into<String>) {
        self.complain(None, sentence.into());
    }

    fn complain(&self, code: Option<Code>, sentence: String) {
        let complaint = Complaint { sentence, code };
        self.complaints.borrow_mut().push(complaint);
    }

    /// The value of a variable that protects, without blanks around it. One that is set must have
    /// a value, and be text.
    pub fn protecting(&self, variable: &str, code: Code) -> Option<String> {
        let value = (self.variables)(variable)?;
        let wrong = match value.trim() {
            "" => "is set, but empty; remove it, or give it a value",
            text if text.contains(NOT_UTF_8) => "is not UTF-8",
            text if text.len() == value.len() => return Some(value),
            text => return Some(text.to_owned()),
        };
        self.refuse(code, format!("{variable} {wrong}"));
        None
    }

    /// The value of a variable that does not protect; none where it is empty or no text.
    pub fn optional(&self, variable: &str) -> Option<String> {
        let value = super::filled(self.variables, variable)?;
        if value.contains(NOT_UTF_8) {
            self.warn(format!("{variable} is not UTF-8: the default is used"));
            return None;
        }
        Some(value)
    }

    /// True if the second of two words is set; the first is the default. It protects.
    pub fn word(&self, variable: &str, [default, other]: [&str; 2]) -> bool {
        match self.protecting(variable, Code::SettingsRefused) {
            None => false,
            Some(value) if value == default => false,
            Some(value) if value == other => true,
            Some(_) => {
                self.refuse(
                    Code::SettingsRefused,
                    format!("{variable} is neither {default} nor {other}"),
                );
                false
            }
        }
    }

    /// A whole number from 1 up. It protects.
    pub fn number(&self, variable: &str) -> Option<usize> {
        let value = self.protecting(variable, Code::SettingsRefused)?;
        let number = value.parse().ok().filter(|number| *number > 0);
        if number.is_none() {
            let sentence = format!("{variable} is not a whole number from 1 up");
            self.refuse(Code::SettingsRefused, sentence);
        }
        number
    }

    /// Items between commas, without blanks around them. They protect.
    pub fn list(&self, variable: &str) -> Vec<String> {
        let Some(value) = self.protecting(variable, Code::SettingsRefused) else {
            return Vec::new();
        };
        let items = value.split(',').map(str::trim);
        let items: Vec<String> = items
            .filter(|item| !item.is_empty())
            .map(String::from)
            .collect();
        if items.is_empty() {
            let sentence = format!("{variable} has no item between its commas");
            self.refuse(Code::SettingsRefused, sentence);
        }
        items
    }

    /// A share from 0 to 1. A wrong value is logged and 0 is used: less is better than more.
    pub fn share(&self, variable: &str, default: f64) -> f64 {
        let Some(text) = super::filled(self.variables, variable) else {
            return default;
        };
        match text.parse() {
            Ok(share) if (0.0..=1.0).contains(&share) => share,
            _ => {
                self.warn(format!("{variable} is not a share from 0 to 1: 0 is used"));
                0.0
            }
        }
    }

    /// Writes all complaints to the log; the refusal of every request, if there is a reason for it.
    pub fn finish(self) -> Option<Problem> {
        let complaints = self.complaints.into_inner();
        for complaint in &complaints {
            match complaint.code {
                Some(_) => tracing::error!("{}: no request is answered", complaint.sentence),
                None => tracing::warn!("{}", complaint.sentence),
            }
        }
        let fatal = complaints.iter().filter(|one| one.code.is_some());
        let sentences: Vec<&str> = fatal.clone().map(|one| one.sentence.as_str()).collect();
        let code = fatal.clone().find_map(|one| one.code)?;
        Some(Problem::new(code, sentences.join("; ")))
    }
}
