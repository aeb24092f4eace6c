//! The remote system: counts every POST, gives each an id of its own, and remembers whose it was.

use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Result, bail};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, header};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

use crate::body;

/// The name of its thread, by which its own cost is read.
pub(crate) const THREAD: &str = "bench-mock";

/// What was posted: the n-th entry is the number of the request that led to invoice n + 1; 0 where it had none.
#[derive(Clone, Debug, Default)]
pub(crate) struct Books(Arc<Mutex<Vec<u32>>>);

impl Books {
    fn with<T>(&self, act: impl FnOnce(&mut Vec<u32>) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Forgets everything, for the next system.
    pub(crate) fn clear(&self) {
        self.with(Vec::clear);
    }

    /// POSTs so far.
    pub(crate) fn posts(&self) -> usize {
        self.with(|posts| posts.len())
    }

    fn post(&self, tag: u32) -> usize {
        self.with(|posts| {
            posts.push(tag);
            posts.len()
        })
    }

    /// The request that led to an invoice.
    pub(crate) fn tag_of(&self, invoice: usize) -> Option<u32> {
        self.with(|posts| posts.get(invoice.checked_sub(1)?).copied())
    }

    /// That each of the requests 1 to `sent` led to exactly one POST.
    pub(crate) fn check(&self, sent: u32) -> Result<()> {
        let mut times = vec![0_u32; usize::try_from(sent)? + 1];
        let strangers = self.with(|posts| {
            let mut strangers = 0;
            for &tag in posts.iter() {
                match times.get_mut(tag as usize).filter(|_| tag > 0) {
                    Some(times) => *times += 1,
                    None => strangers += 1,
                }
            }
            strangers
        });
        let never = times.iter().skip(1).filter(|times| **times == 0).count();
        let often = times.iter().filter(|times| **times > 1).count();
        if strangers + never + often > 0 {
            bail!(
                "the result is void: of {sent} requests {never} led to no POST and {often} to several; \
                 {strangers} POSTs belong to no request"
            );
        }
        Ok(())
    }
}

/// The running mock.
pub(crate) struct Mock {
    pub(crate) address: SocketAddr,
    pub(crate) books: Books,
}

impl Mock {
    /// Starts it on a free loopback port, on a thread of its own that lives as long as the process.
    pub(crate) fn start() -> Result<Self> {
        let listener =
            std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("the mock cannot listen")?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let books = Books::default();
        let served = books.clone();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        std::thread::Builder::new()
            .name(THREAD.to_owned())
            .spawn(move || runtime.block_on(serve(listener, served)))?;
        Ok(Self { address, books })
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

async fn serve(listener: std::net::TcpListener, books: Books) {
    let Ok(listener) = TcpListener::from_std(listener) else { return };
    loop {
        let Ok((stream, _)) = listener.accept().await else { continue };
        // Answers are one segment; without it Nagle would hold them back.
        drop(stream.set_nodelay(true));
        let books = books.clone();
        let service = service_fn(move |request| answer(books.clone(), request));
        tokio::spawn(async move {
            drop(http1::Builder::new().serve_connection(TokioIo::new(stream), service).await);
        });
    }
}

async fn answer(books: Books, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let posted = request.method() == Method::POST;
    let body =
        request.into_body().collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
    // Anything but a POST is a look at whether the connection works.
    let id = if posted { body::invoice(books.post(body::tag_in(&body).unwrap_or(0))) } else { String::new() };
    let answer = format!(r#"{{"id":"{id}","status":"draft"}}"#);
    let mut response = Response::new(Full::new(Bytes::from(answer)));
    response.headers_mut().insert(header::CONTENT_TYPE, header::HeaderValue::from_static("application/json"));
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_post_too_many_or_too_few_voids() {
        let books = Books::default();
        for tag in [2, 1] {
            books.post(tag);
        }
        assert!(books.check(2).is_ok());
        assert_eq!(
            (books.posts(), books.tag_of(1), books.tag_of(2), books.tag_of(3)),
            (2, Some(2), Some(1), None)
        );
        assert!(books.check(3).unwrap_err().to_string().contains("1 led to no POST"));
        books.post(1);
        assert!(books.check(2).unwrap_err().to_string().contains("1 to several"));
        books.post(0);
        assert!(books.check(2).unwrap_err().to_string().contains("1 POSTs belong to no request"));
        books.clear();
        assert!(books.check(0).is_ok());
    }
}
