//! Reading bodies: never more than allowed, never for ever, and always so that the sender hears why.

use std::pin::Pin;
use std::sync::LazyLock;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, BodyDataStream, HttpBody};
use bytes::{Bytes, BytesMut};
use futures::{Stream, StreamExt};
use http::{HeaderMap, StatusCode, header};
use http_body_util::BodyExt;
use tokio::sync::Semaphore;

use crate::error::{ApiError, Result, codes};

/// What is still read of a refused body, so that the sender, who may read only after it has sent all, gets our
/// words instead of a reset connection.
const DRAIN_BYTES: usize = 64 << 20;
/// How long a refused body is still read.
const DRAIN_TIME: Duration = Duration::from_secs(3);
/// Refused bodies that are read at the same time; the others are cut off.
static DRAINS: LazyLock<Semaphore> = LazyLock::new(|| Semaphore::new(32));

/// How much, and for how long.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limit {
    /// Bytes.
    pub(crate) bytes: usize,
    /// Longest silence between two pieces.
    pub(crate) idle: Duration,
    /// Longest time of the whole.
    pub(crate) total: Duration,
}

/// Reads a body within its limit.
pub(crate) async fn read(headers: &HeaderMap, body: Body, limit: Limit) -> Result<Bytes> {
    let length =
        headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    if length.is_some_and(|length| length > limit.bytes) {
        return Err(too_large(limit));
    }
    match tokio::time::timeout(limit.total, pieces(body, length, limit)).await {
        Ok(read) => read,
        Err(_) => Err(too_slow(limit.total)),
    }
}

async fn pieces(mut body: Body, length: Option<usize>, limit: Limit) -> Result<Bytes> {
    let mut bytes = BytesMut::with_capacity(length.unwrap_or(0).min(64 << 10));
    loop {
        let frame = tokio::time::timeout(limit.idle, body.frame()).await.map_err(|_| too_slow(limit.idle))?;
        let Some(frame) = frame else { return Ok(bytes.freeze()) };
        let frame = frame.map_err(|_| {
            ApiError::new(StatusCode::BAD_REQUEST, codes::BAD_BODY, "the body broke off before its end")
                .hint("send it again; nothing was kept")
        })?;
        if let Ok(data) = frame.into_data() {
            if bytes.len() + data.len() > limit.bytes {
                return Err(too_large(limit));
            }
            bytes.extend_from_slice(&data);
        }
    }
}

fn too_large(limit: Limit) -> ApiError {
    let most = match limit.bytes {
        bytes if bytes >= 1 << 20 && bytes % (1 << 20) == 0 => format!("{} MiB", bytes >> 20),
        bytes if bytes >= 1 << 10 && bytes % (1 << 10) == 0 => format!("{} KiB", bytes >> 10),
        bytes => format!("{bytes} bytes"),
    };
    ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, codes::TOO_LARGE, format!("the body is larger than {most}"))
        .hint("send less, or raise the limit in the server's settings; nothing was kept")
}

fn too_slow(waited: Duration) -> ApiError {
    let message = format!("the body did not arrive within {} s", waited.as_secs_f32());
    ApiError::new(StatusCode::REQUEST_TIMEOUT, codes::TOO_SLOW, message)
        .hint("send it again without pauses; nothing was kept")
}

/// The pieces of a request's body, which is read on for a while when it is dropped before its end.
pub(crate) struct Courteous(Option<BodyDataStream>);

impl Courteous {
    /// Wraps a body.
    pub(crate) fn wrap(body: Body) -> Body {
        if body.is_end_stream() { body } else { Body::from_stream(Self(Some(body.into_data_stream()))) }
    }
}

impl Stream for Courteous {
    type Item = Result<Bytes, axum::Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Some(body) = self.0.as_mut() else { return Poll::Ready(None) };
        let piece = Pin::new(body).poll_next(cx);
        if matches!(piece, Poll::Ready(None | Some(Err(_)))) {
            self.0 = None;
        }
        piece
    }
}

impl Drop for Courteous {
    fn drop(&mut self) {
        let Some(body) = self.0.take() else { return };
        let (Ok(runtime), Ok(permit)) = (tokio::runtime::Handle::try_current(), DRAINS.try_acquire()) else {
            return;
        };
        runtime.spawn(async move {
            let _permit = permit;
            drop(tokio::time::timeout(DRAIN_TIME, drain(body)).await);
        });
    }
}

async fn drain(mut body: BodyDataStream) {
    let mut left = DRAIN_BYTES;
    while let Some(Ok(piece)) = body.next().await {
        left = left.saturating_sub(piece.len());
        if left == 0 {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use futures::stream;

    use super::*;

    fn limit(bytes: usize) -> Limit {
        Limit { bytes, idle: Duration::from_secs(2), total: Duration::from_secs(5) }
    }

    fn endless(counter: &Arc<AtomicUsize>) -> Body {
        let counter = Arc::clone(counter);
        Body::from_stream(stream::repeat_with(move || {
            counter.fetch_add(1024, Ordering::Relaxed);
            Ok::<_, std::io::Error>(Bytes::from_static(&[b'x'; 1024]))
        }))
    }

    #[tokio::test]
    async fn an_endless_body_is_refused_at_its_limit() {
        let counter = Arc::new(AtomicUsize::new(0));
        let error = read(&HeaderMap::new(), endless(&counter), limit(10_000)).await.unwrap_err();
        assert_eq!(error.status(), StatusCode::PAYLOAD_TOO_LARGE);
        assert!(counter.load(Ordering::Relaxed) <= 11_264);
    }

    #[tokio::test]
    async fn a_declared_length_is_believed_at_once() {
        let counter = Arc::new(AtomicUsize::new(0));
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_LENGTH, "52428800".parse().unwrap());
        let error = read(&headers, endless(&counter), limit(1 << 20)).await.unwrap_err();
        assert_eq!((error.code(), counter.load(Ordering::Relaxed)), (codes::TOO_LARGE, 0));
        assert!(error.message().contains("1 MiB"), "{}", error.message());
    }

    #[tokio::test(start_paused = true)]
    async fn silence_is_not_waited_for() {
        let silent = Body::from_stream(stream::pending::<Result<Bytes, std::io::Error>>());
        let error = read(&HeaderMap::new(), silent, limit(10)).await.unwrap_err();
        assert_eq!(error.status(), StatusCode::REQUEST_TIMEOUT);
    }

    #[tokio::test(start_paused = true)]
    async fn drops_do_not_trickle_for_ever() {
        let drops = stream::unfold((), |()| async {
            tokio::time::sleep(Duration::from_millis(1500)).await;
            Some((Ok::<_, std::io::Error>(Bytes::from_static(b"x")), ()))
        });
        let error = read(&HeaderMap::new(), Body::from_stream(drops), limit(1000)).await.unwrap_err();
        assert_eq!(error.code(), codes::TOO_SLOW);
    }

    #[tokio::test]
    async fn a_refused_body_is_read_on_so_that_the_sender_hears_why() {
        let counter = Arc::new(AtomicUsize::new(0));
        drop(Courteous::wrap(endless(&counter)));
        tokio::time::timeout(Duration::from_secs(5), async {
            while counter.load(Ordering::Relaxed) < 1 << 20 {
                tokio::task::yield_now().await;
            }
        })
        .await
        .unwrap();
    }
}
