//! PostgreSQL for whoever writes: statements leave one after the other, without waiting for what became of the ones before.
//! A commit then waits for two answers of the database, not for one a statement. sqlx, which readers use, cannot do that.

mod config;
mod tls;

use std::collections::HashMap;
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use futures::TryStreamExt;
use tokio::time::{Instant, sleep, timeout_at};
use tokio_postgres::error::SqlState;
use tokio_postgres::types::private::BytesMut;
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use tokio_postgres::{Client, Error, NoTls, Row as PgRow, Statement};

use super::{Arg, Row, Value};
use crate::error::{Result, StoreError};

pub(crate) use config::Target;

/// How long a connection may take: a database that is started again is waited for.
const PATIENCE: Duration = Duration::from_secs(5);
/// Between two tries to connect.
const AGAIN: Duration = Duration::from_millis(100);

/// One statement for one row of arguments, or in its multi-row form.
pub(crate) struct Call<'a> {
    /// Its text.
    pub(crate) text: &'static str,
    /// Arguments: one row, or one for each of many calls.
    pub(crate) rows: Vec<&'a [Arg]>,
    /// An array for each argument.
    pub(crate) many: bool,
}

/// Rows that a call changed or returned, and those it returned.
pub(crate) type Answer = (u64, Vec<Row>);

/// A connection.
pub(crate) struct Wire {
    client: Client,
    statements: HashMap<&'static str, Statement>,
}

type Sent<'a> = Pin<Box<dyn Future<Output = Result<Answer, Error>> + Send + 'a>>;

impl Wire {
    /// Connects; waits for a while for a database that is not there now.
    pub(crate) async fn connect(target: &Target) -> Result<Self> {
        let until = Instant::now() + PATIENCE;
        loop {
            let error = match timeout_at(until, Self::connect_once(target)).await {
                Ok(Ok(wire)) => return Ok(wire),
                Ok(Err(error)) => to_error(&error),
                Err(_) => {
                    return Err(StoreError::Unavailable(format!("no connection within {PATIENCE:?}")));
                }
            };
            if !matches!(error, StoreError::Unavailable(_)) || Instant::now() + AGAIN > until {
                return Err(error);
            }
            sleep(AGAIN).await;
        }
    }

    async fn connect_once(target: &Target) -> Result<Self, Error> {
        let client = match &target.tls {
            None => {
                let (client, connection) = target.config.connect(NoTls).await?;
                tokio::spawn(connection);
                client
            }
            Some(tls) => {
                let (client, connection) = target.config.connect(tls.clone()).await?;
                tokio::spawn(connection);
                client
            }
        };
        Ok(Self { client, statements: HashMap::new() })
    }

    /// True: it was lost.
    pub(crate) fn is_closed(&self) -> bool {
        self.client.is_closed()
    }

    /// Sends the calls in their order, with BEGIN before them and COMMIT after them if asked; their answers, or the first
    /// thing that went wrong. When a call goes wrong, the database undoes the whole transaction, COMMIT or not.
    pub(crate) async fn send(
        &mut self,
        begin: bool,
        calls: &[Call<'_>],
        commit: bool,
    ) -> Result<Vec<Answer>, Error> {
        for call in calls {
            if !self.statements.contains_key(call.text) {
                let statement = self.client.prepare_typed(call.text, &call.types()).await?;
                self.statements.insert(call.text, statement);
            }
        }
        let mut sent: Vec<Sent<'_>> = Vec::with_capacity(calls.len() + 2);
        if begin {
            sent.push(Box::pin(self.word("BEGIN")));
        }
        for call in calls {
            if let Some(statement) = self.statements.get(call.text) {
                sent.push(Box::pin(answer(&self.client, statement, call.arguments())));
            }
        }
        if commit {
            sent.push(Box::pin(self.word("COMMIT")));
        }
        let answers = in_order(sent).await.into_iter().collect::<Result<Vec<_>, _>>()?;
        Ok(answers.into_iter().skip(usize::from(begin)).take(calls.len()).collect())
    }

    /// Commits what was sent before.
    pub(crate) async fn commit(&self) -> Result<(), Error> {
        self.word("COMMIT").await.map(drop)
    }

    async fn word(&self, word: &'static str) -> Result<Answer, Error> {
        self.client.batch_execute(word).await.map(|()| (0, Vec::new()))
    }
}

/// Waits for all of them. Each is polled for the first time after the one before it: what they send leaves in this order.
async fn in_order<T>(mut sent: Vec<Pin<Box<dyn Future<Output = T> + Send + '_>>>) -> Vec<T> {
    let mut answers: Vec<Option<T>> = sent.iter().map(|_| None).collect();
    std::future::poll_fn(|context| {
        for (future, answer) in sent.iter_mut().zip(&mut answers) {
            if answer.is_none()
                && let Poll::Ready(ready) = future.as_mut().poll(context)
            {
                *answer = Some(ready);
            }
        }
        if answers.iter().all(Option::is_some) { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    answers.into_iter().flatten().collect()
}

async fn answer(
    client: &Client,
    statement: &Statement,
    arguments: Vec<Argument<'_>>,
) -> Result<Answer, Error> {
    let stream =
        client.query_raw(statement, arguments.iter().map(|argument| argument as &(dyn ToSql + Sync)));
    let mut stream = std::pin::pin!(stream.await?);
    let mut rows = Vec::new();
    while let Some(row) = stream.try_next().await? {
        rows.push(read(&row)?);
    }
    Ok((stream.rows_affected().unwrap_or(0).max(rows.len() as u64), rows))
}

fn read(row: &PgRow) -> Result<Row, Error> {
    let values = row.columns().iter().enumerate().map(|(i, column)| {
        Ok(match *column.type_() {
            Type::INT8 => row.try_get::<_, Option<i64>>(i)?.map(Value::Int),
            Type::INT4 => row.try_get::<_, Option<i32>>(i)?.map(|int| Value::Int(i64::from(int))),
            Type::BOOL => row.try_get::<_, Option<bool>>(i)?.map(|flag| Value::Int(i64::from(flag))),
            Type::BYTEA => row.try_get::<_, Option<Vec<u8>>>(i)?.map(Value::Bytes),
            _ => row.try_get::<_, Option<String>>(i)?.map(Value::Text),
        }
        .unwrap_or(Value::Null))
    });
    values.collect::<Result<_, Error>>().map(Row::new)
}

impl<'a> Call<'a> {
    /// The parameters are declared as they are sent.
    fn types(&self) -> Vec<Type> {
        let first = self.rows.first().copied().unwrap_or_default();
        let declared = first.iter().map(|arg| match (arg, self.many) {
            (Arg::Text(_), false) => Type::TEXT,
            (Arg::Json(_), false) => Type::JSON,
            (Arg::Int(_), false) => Type::INT8,
            (Arg::Bytes(_), false) => Type::BYTEA,
            (Arg::Text(_) | Arg::Json(_), true) => Type::TEXT_ARRAY,
            (Arg::Int(_), true) => Type::INT8_ARRAY,
            (Arg::Bytes(_), true) => Type::BYTEA_ARRAY,
        });
        declared.collect()
    }

    fn arguments(&self) -> Vec<Argument<'a>> {
        let width = self.rows.first().map_or(0, |row| row.len());
        if self.many {
            let column = |at| Argument::Column(self.rows.iter().map(|row| &row[at]).collect());
            return (0..width).map(column).collect();
        }
        self.rows.first().copied().unwrap_or_default().iter().map(Argument::One).collect()
    }
}

/// What stands for one parameter.
#[derive(Debug)]
enum Argument<'a> {
    One(&'a Arg),
    Column(Vec<&'a Arg>),
}

impl ToSql for Argument<'_> {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Self::One(Arg::Text(text)) => text.as_deref().to_sql(ty, out),
            Self::One(Arg::Json(text)) => {
                out.extend_from_slice(text.as_bytes());
                Ok(IsNull::No)
            }
            Self::One(Arg::Int(int)) => int.to_sql(ty, out),
            Self::One(Arg::Bytes(bytes)) => bytes.as_deref().to_sql(ty, out),
            Self::Column(cells) => match cells.first() {
                Some(Arg::Int(_)) => cells.iter().map(|arg| arg.as_int()).collect::<Vec<_>>().to_sql(ty, out),
                Some(Arg::Bytes(_)) => {
                    cells.iter().map(|arg| arg.as_bytes()).collect::<Vec<_>>().to_sql(ty, out)
                }
                Some(Arg::Text(_) | Arg::Json(_)) | None => {
                    cells.iter().map(|arg| arg.as_text()).collect::<Vec<_>>().to_sql(ty, out)
                }
            },
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

/// What callers hear of an error of PostgreSQL.
pub(crate) fn to_error(error: &Error) -> StoreError {
    match error.as_db_error() {
        Some(database) => super::postgres::from_code(Some(database.code().code()), database.to_string()),
        None => StoreError::Unavailable(with_cause(error)),
    }
}

fn with_cause(error: &Error) -> String {
    match std::error::Error::source(error) {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    }
}

/// True for errors of the connection: nothing can be said about a statement under way.
pub(crate) fn is_connection_failure(error: &Error) -> bool {
    matches!(to_error(error), StoreError::Unavailable(_))
}

/// True for a deadlock or a serialisation failure: the same again may go well.
pub(crate) fn is_collision(error: &Error) -> bool {
    matches!(error.code(), Some(&SqlState::T_R_DEADLOCK_DETECTED | &SqlState::T_R_SERIALIZATION_FAILURE))
}
