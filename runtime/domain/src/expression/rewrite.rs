//! Prints a parsed template again, with every operator that makes data replaced by a bounded one, and notes which
//! names it reads. The engine's own `~`, `+` and `*` have no bound: eleven doublings of a variable would be
//! gigabytes long before fuel runs out.

mod statement;

use std::fmt::Write;

use minijinja::machinery::ast::{BinOpKind, CallArg, Compare, CompareOpKind, Expr, Stmt, UnaryOpKind};
use minijinja::value::ValueKind;

use super::ExpressionError;
use super::environment::{FILTERS, FUNCTIONS, TESTS};
use super::operators;
use super::template::Reference;
use crate::hint::did_you_mean;

type Outcome = Result<(), ExpressionError>;

/// What is being written: the bounded source, and the names it reads.
#[derive(Default)]
pub(super) struct Rewriter {
    pub(super) source: String,
    pub(super) references: Vec<Reference>,
    /// Names bound by the template itself (`for`, `set`), innermost last.
    bound: Vec<String>,
    /// Inside something that copes with undefined values.
    lenient: bool,
}

/// The elements of a template's top level.
pub(super) fn children<'a, 's>(template: &'a Stmt<'s>) -> &'a [Stmt<'s>] {
    match template {
        Stmt::Template(template) => &template.children,
        _ => &[],
    }
}

impl Rewriter {
    fn string(&mut self, text: &str) {
        // JSON's escapes are a part of the template language's.
        self.source.push_str(&serde_json::Value::from(text).to_string());
    }

    pub(super) fn expression(&mut self, expr: &Expr<'_>) -> Outcome {
        match expr {
            Expr::Var(var) => {
                self.reference(expr);
                self.source.push_str(var.id);
                Ok(())
            }
            Expr::Const(constant) => self.constant(&constant.value, offset(expr)),
            Expr::GetAttr(attribute) => {
                let noted = self.reference(expr);
                let before = self.references.len();
                self.operand(&attribute.expr)?;
                if noted {
                    self.references.truncate(before);
                }
                self.source.push('.');
                self.source.push_str(attribute.name);
                Ok(())
            }
            Expr::GetItem(item) => {
                let noted = self.reference(expr);
                let before = self.references.len();
                self.operand(&item.expr)?;
                if noted {
                    self.references.truncate(before);
                }
                self.source.push('[');
                self.expression(&item.subscript_expr)?;
                self.source.push(']');
                Ok(())
            }
            Expr::Slice(slice) => {
                self.operand(&slice.expr)?;
                self.source.push('[');
                self.optional(slice.start.as_ref())?;
                self.source.push(':');
                self.optional(slice.stop.as_ref())?;
                self.source.push(':');
                self.optional(slice.step.as_ref())?;
                self.source.push(']');
                Ok(())
            }
            Expr::List(list) => self.sequence("[", &list.items, "]"),
            Expr::Tuple(tuple) => self.sequence("[", &tuple.items, "]"),
            Expr::Map(map) => {
                self.source.push('{');
                for (key, value) in map.keys.iter().zip(&map.values) {
                    self.expression(key)?;
                    self.source.push_str(": ");
                    self.expression(value)?;
                    self.source.push_str(", ");
                }
                self.source.push('}');
                Ok(())
            }
            _ => self.compound(expr),
        }
    }

    fn compound(&mut self, expr: &Expr<'_>) -> Outcome {
        match expr {
            Expr::UnaryOp(unary) => {
                self.source.push_str(match unary.op {
                    UnaryOpKind::Not => "(not ",
                    UnaryOpKind::Neg => "(-",
                });
                self.expression(&unary.expr)?;
                self.source.push(')');
                Ok(())
            }
            Expr::BinOp(binary) => self.binary(binary.op, &binary.left, &binary.right),
            Expr::Compare(chain) => self.comparison(chain),
            Expr::IfExpr(choice) => {
                self.source.push('(');
                self.expression(&choice.true_expr)?;
                self.source.push_str(" if ");
                self.expression(&choice.test_expr)?;
                if let Some(otherwise) = &choice.false_expr {
                    self.source.push_str(" else ");
                    self.expression(otherwise)?;
                }
                self.source.push(')');
                Ok(())
            }
            Expr::Filter(filter) => {
                known("filter", filter.name, FILTERS.iter().copied(), offset(expr))?;
                let Some(input) = &filter.expr else {
                    return Err(ExpressionError::syntax("a filter needs something before the `|`"));
                };
                let lenient = matches!(filter.name, "default" | "d");
                self.leniently(lenient, |this| this.operand(input))?;
                let _ = write!(self.source, "|{}", filter.name);
                self.arguments(&filter.args)
            }
            Expr::Test(test) => {
                known("test", test.name, TESTS.iter().copied(), offset(expr))?;
                self.source.push('(');
                let lenient = matches!(test.name, "defined" | "undefined");
                self.leniently(lenient, |this| this.operand(&test.expr))?;
                let _ = write!(self.source, " is {}", test.name);
                self.arguments(&test.args)?;
                self.source.push(')');
                Ok(())
            }
            Expr::Call(call) => match &call.expr {
                Expr::Var(function) => {
                    known("function", function.id, FUNCTIONS.iter().copied(), offset(expr))?;
                    self.source.push_str(function.id);
                    self.source.push('(');
                    self.call_arguments(&call.args)?;
                    self.source.push(')');
                    Ok(())
                }
                _ => Err(ExpressionError::syntax("values have no methods")
                    .with_hint("use a filter: `steps.job.title | upper`, `steps.job.lines | length`")
                    .at(offset(expr))),
            },
            _ => Err(ExpressionError::syntax("this kind of expression is not known").at(offset(expr))),
        }
    }

    fn binary(&mut self, op: BinOpKind, left: &Expr<'_>, right: &Expr<'_>) -> Outcome {
        let bounded = match op {
            BinOpKind::Add => Some(operators::ADD),
            BinOpKind::Mul => Some(operators::MULTIPLY),
            BinOpKind::Concat => Some(operators::CONCAT),
            _ => None,
        };
        if let Some(filter) = bounded {
            self.operand(left)?;
            let _ = write!(self.source, "|{filter}(");
            self.expression(right)?;
            self.source.push(')');
            return Ok(());
        }
        self.source.push('(');
        self.expression(left)?;
        let _ = write!(self.source, " {} ", symbol(op));
        self.expression(right)?;
        self.source.push(')');
        Ok(())
    }

    fn comparison(&mut self, chain: &Compare<'_>) -> Outcome {
        self.source.push('(');
        self.expression(&chain.expr)?;
        for step in &chain.ops {
            self.source.push_str(match step.op {
                CompareOpKind::Eq => " == ",
                CompareOpKind::Ne => " != ",
                CompareOpKind::Lt => " < ",
                CompareOpKind::Lte => " <= ",
                CompareOpKind::Gt => " > ",
                CompareOpKind::Gte => " >= ",
                CompareOpKind::In => " in ",
                CompareOpKind::NotIn => " not in ",
            });
            self.expression(&step.expr)?;
        }
        self.source.push(')');
        Ok(())
    }

    fn leniently(&mut self, lenient: bool, write: impl FnOnce(&mut Self) -> Outcome) -> Outcome {
        let before = self.lenient;
        self.lenient |= lenient;
        let outcome = write(self);
        self.lenient = before;
        outcome
    }

    /// An expression something is applied to: a name as it is, anything else in parentheses.
    fn operand(&mut self, expr: &Expr<'_>) -> Outcome {
        if matches!(expr, Expr::Var(_) | Expr::GetAttr(_) | Expr::GetItem(_)) {
            return self.expression(expr);
        }
        self.source.push('(');
        self.expression(expr)?;
        self.source.push(')');
        Ok(())
    }

    fn optional(&mut self, expr: Option<&Expr<'_>>) -> Outcome {
        expr.map_or(Ok(()), |expr| self.expression(expr))
    }

    fn sequence(&mut self, open: &str, items: &[Expr<'_>], close: &str) -> Outcome {
        self.source.push_str(open);
        for item in items {
            self.expression(item)?;
            self.source.push_str(", ");
        }
        self.source.push_str(close);
        Ok(())
    }

    fn arguments(&mut self, arguments: &[CallArg<'_>]) -> Outcome {
        if arguments.is_empty() {
            return Ok(());
        }
        self.source.push('(');
        self.call_arguments(arguments)?;
        self.source.push(')');
        Ok(())
    }

    fn call_arguments(&mut self, arguments: &[CallArg<'_>]) -> Outcome {
        for (index, argument) in arguments.iter().enumerate() {
            if index > 0 {
                self.source.push_str(", ");
            }
            match argument {
                CallArg::Pos(expr) => self.expression(expr)?,
                CallArg::Kwarg(name, expr) => {
                    let _ = write!(self.source, "{name}=");
                    self.expression(expr)?;
                }
                CallArg::PosSplat(expr) | CallArg::KwargSplat(expr) => {
                    return Err(
                        ExpressionError::syntax("`*` before an argument is not allowed").at(offset(expr))
                    );
                }
            }
        }
        Ok(())
    }

    fn constant(&mut self, value: &minijinja::Value, at: usize) -> Outcome {
        match value.kind() {
            ValueKind::String => self.string(value.as_str().unwrap_or_default()),
            ValueKind::None => self.source.push_str("none"),
            ValueKind::Bool => self.source.push_str(if value.is_true() { "true" } else { "false" }),
            ValueKind::Number if value.is_integer() => {
                let _ = write!(self.source, "{value}");
            }
            ValueKind::Number => {
                let number = f64::try_from(value.clone()).unwrap_or(f64::INFINITY);
                if !number.is_finite() {
                    return Err(ExpressionError::syntax("the number is too large").at(at));
                }
                let _ = write!(self.source, "{number:?}");
            }
            other => {
                return Err(
                    ExpressionError::syntax(format!("a constant of type {other} is not known")).at(at)
                );
            }
        }
        Ok(())
    }

    /// Notes a name and the constant path behind it; false if it is bound by the template or no such path.
    fn reference(&mut self, expr: &Expr<'_>) -> bool {
        let Some(path) = path(expr) else { return false };
        if self.bound.iter().any(|name| *name == path[0]) {
            return false;
        }
        self.references.push(Reference { path, offset: offset(expr), lenient: self.lenient });
        true
    }
}

/// `steps.job.number` and `steps['job'].number` as their parts; `None` for a computed one.
fn path(expr: &Expr<'_>) -> Option<Vec<String>> {
    match expr {
        Expr::Var(var) => Some(vec![var.id.to_owned()]),
        Expr::GetAttr(attribute) => {
            let mut parts = path(&attribute.expr)?;
            parts.push(attribute.name.to_owned());
            Some(parts)
        }
        Expr::GetItem(item) => {
            let Expr::Const(key) = &item.subscript_expr else { return None };
            let mut parts = path(&item.expr)?;
            parts.push(key.value.as_str()?.to_owned());
            Some(parts)
        }
        _ => None,
    }
}

/// True for `a and b`, `a or b`, `not a`: whoever writes these asks whether something is there, not for its value.
pub(super) fn is_logical(expr: &Expr<'_>) -> bool {
    match expr {
        Expr::BinOp(binary) => matches!(binary.op, BinOpKind::ScAnd | BinOpKind::ScOr),
        Expr::UnaryOp(unary) => matches!(unary.op, UnaryOpKind::Not),
        _ => false,
    }
}

fn offset(expr: &Expr<'_>) -> usize {
    expr.span().start_offset as usize
}

fn symbol(op: BinOpKind) -> &'static str {
    match op {
        BinOpKind::Eq => "==",
        BinOpKind::Ne => "!=",
        BinOpKind::Lt => "<",
        BinOpKind::Lte => "<=",
        BinOpKind::Gt => ">",
        BinOpKind::Gte => ">=",
        BinOpKind::ScAnd => "and",
        BinOpKind::ScOr => "or",
        BinOpKind::Sub => "-",
        BinOpKind::Div => "/",
        BinOpKind::FloorDiv => "//",
        BinOpKind::Rem => "%",
        BinOpKind::Pow => "**",
        BinOpKind::In => "in",
        BinOpKind::Add => "+",
        BinOpKind::Mul => "*",
        BinOpKind::Concat => "~",
    }
}

fn known<'n>(what: &str, name: &str, names: impl Iterator<Item = &'n str> + Clone, at: usize) -> Outcome {
    if names.clone().any(|known| known == name) {
        return Ok(());
    }
    let error = ExpressionError::syntax(format!("there is no {what} `{name}`")).at(at);
    Err(match did_you_mean(name, names) {
        Some(close) => error.with_hint(format!("did you mean `{close}`?")),
        None => error,
    })
}
