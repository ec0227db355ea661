//! Tokens: who may do what.
//!
//! A token is 32 bytes of the system's randomness; the store keeps its SHA-256, which for a secret that
//! nobody can guess is enough, and is looked up as a whole, so that there is nothing to time.

use sha2::{Digest as _, Sha256};

use crate::question::hexadecimal;
use crate::store::{Store, StoreError, StoredToken};

/// What a token allows; each includes those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// To read what is there.
    Read,
    /// To ask, to stop and to dismiss.
    Run,
    /// To upload instances and take them away.
    Admin,
}

impl Scope {
    /// All scopes.
    pub const ALL: [Self; 3] = [Self::Read, Self::Run, Self::Admin];

    /// Its word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Run => "run",
            Self::Admin => "admin",
        }
    }

    /// The scope of that word.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.word() == word)
    }
}

/// What tokens begin with, so that they are found where they do not belong.
const PREFIX: &str = "rf_";

/// Makes a token and keeps its hash; returns the token, which is shown once.
///
/// # Errors
/// When the system has no randomness, or the store does not keep it.
pub fn add(store: &dyn Store, name: &str, scope: Scope) -> Result<String, StoreError> {
    let mut secret = [0_u8; 32];
    getrandom::fill(&mut secret).map_err(|error| StoreError::Other(error.to_string()))?;
    let token = format!("{PREFIX}{}", hexadecimal(&secret));
    let stored =
        StoredToken { name: name.to_owned(), hash: hash(&token), scopes: scope.word().to_owned() };
    store.put_token(&stored)?;
    Ok(token)
}

/// The name and scope of a token, if it is one of ours.
///
/// # Errors
/// When the store cannot be read.
pub fn find(store: &dyn Store, token: &str) -> Result<Option<(String, Scope)>, StoreError> {
    let hash = hash(token);
    let tokens = store.tokens()?;
    let found = tokens.into_iter().find(|stored| stored.hash == hash);
    Ok(found.and_then(|stored| Some((stored.name, Scope::of(&stored.scopes)?))))
}

fn hash(token: &str) -> String {
    hexadecimal(&Sha256::digest(token.as_bytes()))
}
