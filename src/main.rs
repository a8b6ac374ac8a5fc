//! The `kreisel` command: arguments, logging, a call into the library, an exit code.

fn main() {}
