//! Text and the few tags that may stand in it.

use minijinja::machinery::ast::{Expr, Stmt};

use super::{Outcome, Rewriter, offset};
use crate::expression::ExpressionError;

impl Rewriter {
    pub(in crate::expression) fn statements(&mut self, statements: &[Stmt<'_>]) -> Outcome {
        statements.iter().try_for_each(|statement| self.statement(statement))
    }

    fn statement(&mut self, statement: &Stmt<'_>) -> Outcome {
        match statement {
            Stmt::EmitRaw(raw) => {
                self.raw(raw.raw);
                Ok(())
            }
            Stmt::EmitExpr(emit) => {
                self.source.push_str("{{ ");
                self.expression(&emit.expr)?;
                self.source.push_str(" }}");
                Ok(())
            }
            Stmt::IfCond(condition) => {
                self.source.push_str("{% if ");
                self.expression(&condition.expr)?;
                self.source.push_str(" %}");
                self.block(&condition.true_body)?;
                if !condition.false_body.is_empty() {
                    self.source.push_str("{% else %}");
                    self.block(&condition.false_body)?;
                }
                self.source.push_str("{% endif %}");
                Ok(())
            }
            Stmt::ForLoop(_) => self.for_loop(statement),
            Stmt::Set(set) => {
                self.source.push_str("{% set ");
                let names = self.target(&set.target)?;
                self.source.push_str(" = ");
                self.expression(&set.expr)?;
                self.source.push_str(" %}");
                self.bound.extend(names);
                Ok(())
            }
            _ => Err(ExpressionError::syntax("only `if`, `for` and `set` may stand between `{%` and `%}`")
                .with_hint("build the value in a set node, or use a code node")),
        }
    }

    /// Names bound inside end with the block.
    fn block(&mut self, body: &[Stmt<'_>]) -> Outcome {
        let bound = self.bound.len();
        self.statements(body)?;
        self.bound.truncate(bound);
        Ok(())
    }

    fn for_loop(&mut self, statement: &Stmt<'_>) -> Outcome {
        let Stmt::ForLoop(each) = statement else { return Ok(()) };
        if each.recursive {
            return Err(ExpressionError::syntax("a recursive loop is not allowed"));
        }
        self.source.push_str("{% for ");
        let names = self.target(&each.target)?;
        self.source.push_str(" in ");
        self.expression(&each.iter)?;
        let bound = self.bound.len();
        self.bound.extend(names);
        self.bound.push("loop".to_owned());
        if let Some(filter) = &each.filter_expr {
            self.source.push_str(" if ");
            self.expression(filter)?;
        }
        self.source.push_str(" %}");
        self.block(&each.body)?;
        self.bound.truncate(bound);
        if !each.else_body.is_empty() {
            self.source.push_str("{% else %}");
            self.block(&each.else_body)?;
        }
        self.source.push_str("{% endfor %}");
        Ok(())
    }

    /// Writes what a loop or a `set` binds and gives the names.
    fn target(&mut self, target: &Expr<'_>) -> Result<Vec<String>, ExpressionError> {
        match target {
            Expr::Var(var) => {
                self.source.push_str(var.id);
                Ok(vec![var.id.to_owned()])
            }
            Expr::List(list) => self.targets(&list.items),
            Expr::Tuple(tuple) => self.targets(&tuple.items),
            _ => Err(ExpressionError::syntax("only a name can be set").at(offset(target))),
        }
    }

    fn targets(&mut self, items: &[Expr<'_>]) -> Result<Vec<String>, ExpressionError> {
        self.source.push('(');
        let mut names = Vec::new();
        for item in items {
            names.extend(self.target(item)?);
            self.source.push_str(", ");
        }
        self.source.push(')');
        Ok(names)
    }

    /// Text between expressions; anything that could open a tag is written as a string.
    fn raw(&mut self, text: &str) {
        self.source.push_str("{{ ");
        self.string(text);
        self.source.push_str(" }}");
    }
}
