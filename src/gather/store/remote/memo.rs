//! Answers that were given in this run: each question is asked once, also when many ask it at the same
//! time. Failures are answers, too. Large answers are handed out and not kept.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::OnceCell;

use super::limits::{REMEMBERED_ANSWER_BYTES, REMEMBERED_BYTES};

/// The answers to one kind of question.
pub(super) struct Memo<K, A> {
    answers: Mutex<Answers<K, A>>,
    /// What an answer takes, in bytes.
    weigh: fn(&A) -> usize,
}

struct Answers<K, A> {
    cells: HashMap<K, Arc<OnceCell<A>>>,
    bytes: usize,
}

impl<K: Clone + Eq + Hash, A: Clone> Memo<K, A> {
    pub(super) fn new(weigh: fn(&A) -> usize) -> Self {
        let answers = Answers {
            cells: HashMap::new(),
            bytes: 0,
        };
        Self {
            answers: Mutex::new(answers),
            weigh,
        }
    }

    /// The answer to `question`: the one that is known, else the one that `ask` finds out. When who asks
    /// gives up, the next who waits asks.
    pub(super) async fn get(&self, question: &K, ask: impl AsyncFnOnce() -> A) -> A {
        let cell = Arc::clone(self.lock().cells.entry(question.clone()).or_default());
        let mut is_new = false;
        let answer = cell
            .get_or_init(async || {
                is_new = true;
                ask().await
            })
            .await
            .clone();
        if is_new {
            self.settle(question, &answer);
        }
        answer
    }

    /// The answer when it is known.
    pub(super) fn known(&self, question: &K) -> Option<A> {
        let answers = self.lock();
        answers.cells.get(question)?.get().cloned()
    }

    /// Remembers an answer that another question brought along.
    pub(super) fn put(&self, question: K, answer: &A) {
        let cell = OnceCell::new_with(Some(answer.clone()));
        let is_new = {
            let mut answers = self.lock();
            let is_new = !answers.cells.contains_key(&question);
            answers
                .cells
                .entry(question.clone())
                .or_insert(Arc::new(cell));
            is_new
        };
        if is_new {
            self.settle(&question, answer);
        }
    }

    /// Counts a new answer, or forgets it when there is no room.
    fn settle(&self, question: &K, answer: &A) {
        let weight = (self.weigh)(answer);
        let mut answers = self.lock();
        let fits = answers.bytes.saturating_add(weight) <= REMEMBERED_BYTES;
        if weight <= REMEMBERED_ANSWER_BYTES && fits {
            answers.bytes += weight;
        } else {
            answers.cells.remove(question);
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Answers<K, A>> {
        self.answers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
