//! emf
