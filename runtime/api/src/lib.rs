//! HTTP: parse, authorise, command or read, view
