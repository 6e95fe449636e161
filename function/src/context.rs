//! A request being answered: by which model, under which rules, and what it may still take.

use crate::budgets::Work;
use crate::hints::Hints;
use crate::json::ALLOCATION;
use crate::problem::{Code, Problem};
use crate::rules::Rules;
use crate::served::ServedModel;
use model::features::EncoderKind;
use model::row::Cell;
use model::tokens::{MAX_NGRAM, most_tokens};
use std::borrow::Cow;
use std::sync::atomic::AtomicBool;

/// The input of every door.
#[derive(Debug)]
pub struct Context<'s> {
    /// The model.
    pub served: &'s ServedModel,
    /// The rules.
    pub rules: &'s Rules,
    /// The request's account with the budgets.
    pub work: Work<'s>,
    /// True if a row came without the names of its columns: what is said of it must not name them
    /// where the schema is hidden.
    pub is_unnamed: AtomicBool,
    /// Guesses at what wrong names mean.
    pub hints: Hints,
}

impl<'s> Context<'s> {
    /// For a request that has taken nothing yet.
    pub fn new(served: &'s ServedModel, rules: &'s Rules) -> Context<'s> {
        Context {
            served,
            rules,
            work: rules.budgets.work(),
            is_unnamed: AtomicBool::new(false),
            hints: Hints::default(),
        }
    }

    /// Checks the length of a text, and the number of its words; `pointer` is where it stands. Returns
    /// the bytes that the text owns.
    ///
    /// # Errors
    /// When it is longer, or has more words, than a request may have.
    pub fn check_text(
        &self,
        cell: &Cell<'_>,
        pointer: impl Fn() -> String,
    ) -> Result<usize, Problem> {
        let (Cell::Text(text) | Cell::Category(text)) = cell else {
            return Ok(0);
        };
        let most = self.rules.field_chars;
        // A character has at least one byte, so most texts need not be counted.
        if text.len() > most && text.chars().count() > most {
            let detail = format!("a text is longer than {most} characters, which is the limit");
            return Err(Problem::new(Code::FieldTooLong, detail).pointer(pointer()));
        }
        if matches!(cell, Cell::Text(_))
            && self.may_exceed_tokens(text.len())
            && most_tokens(text, self.splits_characters()) > self.tokens()
        {
            let most = self.tokens();
            let detail = format!("a text has more than {most} words, which is the limit");
            return Err(Problem::new(Code::TooManyTokens, detail).pointer(pointer()));
        }
        Ok(match text {
            Cow::Owned(text) => text.len() + ALLOCATION,
            Cow::Borrowed(_) => 0,
        })
    }

    /// True if a text of so many bytes may have more words than [`Context::tokens`]: a word and what
    /// is behind it have two bytes at least.
    fn may_exceed_tokens(&self, bytes: usize) -> bool {
        bytes / 2 >= self.work.budgets().tokens / MAX_NGRAM as usize && bytes / 2 >= self.tokens()
    }

    /// True if characters of scripts without spaces are words to the model.
    fn splits_characters(&self) -> bool {
        let mut encoders = self.served.model().encoders.iter();
        encoders.any(|encoder| match encoder.kind {
            EncoderKind::Text(text) => text.settings.characters,
            _ => false,
        })
    }

    /// Most words of a text: each becomes as many n-grams as the model knows lengths of.
    fn tokens(&self) -> usize {
        let lengths = self
            .served
            .model()
            .encoders
            .iter()
            .map(|encoder| match encoder.kind {
                EncoderKind::Text(text) => {
                    let (min, max) = text.settings.ngram_range;
                    (max - min + 1) as usize
                }
                _ => 1,
            });
        self.work.budgets().tokens / lengths.max().unwrap_or(1)
    }
}
