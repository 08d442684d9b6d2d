//! What a run remembers of one registry, as it is reached at one endpoint: how many requests run, what it wants to be shown, which tokens
//! it gave, and whether it can be reached at all.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use tokio::sync::{Mutex as Turn, MutexGuard as TurnGuard};

use super::super::Unanswered;
use super::authorization::{Authorization, Maker, Wanted};
use super::exchange::{Answer, Call, Exchange, Line};
use super::failure::Failure;
use super::gate::Gate;
use super::limits::Budget;
use crate::gather::credentials::Credentials;

/// One registry.
pub(super) struct Registry {
    pub(super) gate: Gate,
    /// Held by whoever asks first, so that what is learnt from the first answer serves all others.
    first_turn: Turn<()>,
    first: OnceLock<First>,
    challenge: Mutex<Option<Arc<Wanted>>>,
    authorizations: Mutex<HashMap<String, Slot>>,
}

/// What was made to be shown for one repository, or why nothing could be made.
type Slot = Arc<Turn<Option<Result<Authorization, Unanswered>>>>;

/// Held by whoever asks a registry first.
pub(super) type FirstTurn<'a> = TurnGuard<'a, ()>;

/// How the first request to a registry ended.
enum First {
    /// It is there.
    Answered,
    /// No connection came about. It is not tried again in this run: a hundred images on a registry that
    /// is gone would each wait for it.
    Unreachable(Failure),
}

impl Registry {
    pub(super) fn new() -> Self {
        Self {
            gate: Gate::new(),
            first_turn: Turn::default(),
            first: OnceLock::new(),
            challenge: Mutex::default(),
            authorizations: Mutex::default(),
        }
    }

    /// What it wanted to be shown when it last said so.
    fn challenge(&self) -> Option<Arc<Wanted>> {
        let challenge = self.challenge.lock();
        challenge.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What to show for the maker's repository; nothing as long as the registry wanted nothing. With the
    /// number of an authorization that was `refused`, another one.
    ///
    /// # Errors
    /// It cannot be made; that answer holds for the run.
    pub(super) async fn authorize(
        &self,
        maker: &Maker<'_>,
        credentials: &Credentials,
        refused: Option<u64>,
    ) -> Result<Option<Authorization>, Unanswered> {
        let Some(wanted) = self.challenge() else {
            return Ok(None);
        };
        let repository = maker.repository;
        let slot = self.slot(&repository.path);
        let mut held = slot.lock().await;
        let number = match &*held {
            None => 0,
            Some(Err(unanswered)) => return Err(unanswered.clone()),
            Some(Ok(made)) if made.holds() && refused != Some(made.number) => {
                return Ok(Some(made.clone()));
            }
            Some(Ok(made)) => made.number + 1,
        };
        let credential = credentials.of(&repository.registry, &repository.path).await;
        let made = match credential {
            Ok(credential) => maker.make(&wanted, credential, number).await,
            Err(unanswered) => Err(unanswered),
        };
        *held = Some(made.clone());
        made.map(Some)
    }

    fn slot(&self, path: &str) -> Slot {
        let authorizations = self.authorizations.lock();
        let mut authorizations = authorizations.unwrap_or_else(PoisonError::into_inner);
        match authorizations.get(path) {
            Some(slot) => Arc::clone(slot),
            None => Arc::clone(authorizations.entry(path.to_owned()).or_default()),
        }
    }

    /// Waits while somebody asks for the very first time; `Some` for who asks first.
    ///
    /// # Errors
    /// The registry could not be reached then.
    pub(super) async fn turn(&self) -> Result<Option<FirstTurn<'_>>, Failure> {
        let turn = match self.first.get() {
            Some(_) => None,
            None => Some(self.first_turn.lock().await),
        };
        match self.first.get() {
            Some(First::Unreachable(failure)) => Err(failure.clone().of_earlier()),
            Some(First::Answered) => Ok(None),
            None => Ok(turn),
        }
    }

    /// Asks the registry and learns from its answer, for others too when it is the first one.
    ///
    /// # Errors
    /// See [`Exchange::ask`].
    pub(super) async fn ask(
        &self,
        exchange: &Exchange,
        line: &Line<'_>,
        call: &Call,
        budget: &mut Budget,
        turn: Option<FirstTurn<'_>>,
    ) -> Result<Answer, Failure> {
        let outcome = exchange.ask(line, call, budget).await;
        if let Ok(answer) = &outcome {
            self.learn(answer);
        }
        if turn.is_some() {
            let first = match &outcome {
                Err(failure) if failure.unreachable => First::Unreachable(failure.clone()),
                _ => First::Answered,
            };
            // Nobody else sets it while the turn is held.
            let _ = self.first.set(first);
        }
        outcome
    }

    /// Remembers what the registry itself wants to be shown.
    fn learn(&self, answer: &Answer) {
        if let Ok(Some(challenge)) = answer.challenge() {
            let known = self.challenge.lock();
            let peer = answer.peer;
            *known.unwrap_or_else(PoisonError::into_inner) =
                Some(Arc::new(Wanted { challenge, peer }));
        }
    }
}
