//! Asking the service.
