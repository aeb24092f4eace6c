//! The one environment of all expressions: pure filters, tests and functions only, and nothing that loads.

use std::sync::LazyLock;

use minijinja::{Environment, UndefinedBehavior};

use super::{FUEL, dates, filters, money, operators, output};

/// Filters an expression may name.
pub(super) const FILTERS: &[&str] = &[
    "abs",
    "add",
    "add_money",
    "after",
    "amount_eq",
    "amount_ge",
    "amount_gt",
    "amount_le",
    "amount_lt",
    "attr",
    "before",
    "bool",
    "capitalize",
    "chain",
    "count",
    "d",
    "decimal",
    "default",
    "dictsort",
    "div_money",
    "escape",
    "first",
    "float",
    "format_date",
    "from_json",
    "from_unix_ms",
    "groupby",
    "hash",
    "int",
    "items",
    "join",
    "last",
    "length",
    "lines",
    "list",
    "lower",
    "map",
    "max",
    "min",
    "mul_money",
    "parse_date",
    "reject",
    "rejectattr",
    "replace",
    "reverse",
    "round",
    "round_money",
    "select",
    "selectattr",
    "sort",
    "split",
    "string",
    "sub_money",
    "sum",
    "sum_money",
    "title",
    "to_zone",
    "tojson",
    "trim",
    "unique",
    "unix_ms",
    "upper",
    "urlencode",
    "zip",
];

/// Tests an expression may name.
pub(super) const TESTS: &[&str] = &[
    "boolean",
    "defined",
    "divisibleby",
    "endingwith",
    "eq",
    "equalto",
    "even",
    "false",
    "float",
    "ge",
    "greaterthan",
    "gt",
    "in",
    "int",
    "integer",
    "iterable",
    "le",
    "lessthan",
    "lower",
    "lt",
    "mapping",
    "ne",
    "none",
    "number",
    "odd",
    "sequence",
    "startingwith",
    "string",
    "true",
    "undefined",
    "upper",
];

/// Functions an expression may call.
pub(super) const FUNCTIONS: &[&str] = &["dict", "range"];

pub(super) static ENVIRONMENT: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut env = Environment::new();
    env.set_undefined_behavior(UndefinedBehavior::Strict);
    env.set_fuel(Some(FUEL));
    env.set_auto_escape_callback(|_| minijinja::AutoEscape::None);
    env.set_formatter(|out, _, value| {
        if value.is_undefined() {
            return Err(minijinja::Error::from(minijinja::ErrorKind::UndefinedError));
        }
        let text = output::to_text(value).map_err(|error| operators::invalid(error.message))?;
        out.write_str(&text).map_err(minijinja::Error::from)
    });
    // The source is what `rewrite` printed, whitespace already settled.
    env.set_syntax(super::template::syntax());
    for name in ["debug", "namespace"] {
        env.remove_global(name);
    }
    filters::register(&mut env);
    money::register(&mut env);
    dates::register(&mut env);
    operators::register(&mut env);
    env
});
