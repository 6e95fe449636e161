//! A request being answered: by which model, under which rules, and what it may still take.

use crate::budgets::Work;
use crate::rules::Rules;
use crate::served::ServedModel;
use model::features::EncoderKind;
use model::tokens::MAX_NGRAM;
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
}

impl<'s> Context<'s> {
    /// For a request that has taken nothing yet.
    pub fn new(served: &'s ServedModel, rules: &'s Rules) -> Context<'s> {
        Context {
            served,
            rules,
            work: rules.budgets.work(),
            is_unnamed: AtomicBool::new(false),
        }
    }

    /// True if a text of so many bytes may have more words than [`Context::tokens`]: a word and what
    /// is behind it have two bytes at least.
    pub fn may_exceed_tokens(&self, bytes: usize) -> bool {
        bytes / 2 >= self.work.budgets().tokens / MAX_NGRAM as usize && bytes / 2 >= self.tokens()
    }

    /// True if characters of scripts without spaces are words to the model.
    pub fn splits_characters(&self) -> bool {
        let mut encoders = self.served.model().encoders.iter();
        encoders.any(|encoder| match encoder.kind {
            EncoderKind::Text(text) => text.settings.characters,
            _ => false,
        })
    }

    /// Most words of a text: each becomes as many n-grams as the model knows lengths of.
    pub fn tokens(&self) -> usize {
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
