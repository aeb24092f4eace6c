//! `/metrics` in the text form of Prometheus, written from counters that exist anyway.

use std::fmt::Write;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use http::StatusCode;

/// Upper bounds of the answer times, in milliseconds.
const BOUNDS_MS: [u64; 10] = [1, 2, 5, 10, 25, 50, 100, 250, 1000, 5000];

/// Requests since the start.
#[derive(Debug, Default)]
pub(crate) struct Requests {
    by_class: [AtomicU64; 5],
    buckets: [AtomicU64; BOUNDS_MS.len()],
    micros: AtomicU64,
}

impl Requests {
    /// Counts an answer.
    pub(crate) fn count(&self, status: StatusCode, elapsed: Duration) {
        let class = usize::from(status.as_u16() / 100).clamp(1, 5) - 1;
        self.by_class[class].fetch_add(1, Ordering::Relaxed);
        let micros = u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX);
        self.micros.fetch_add(micros, Ordering::Relaxed);
        if let Some(bucket) = BOUNDS_MS.iter().position(|bound| micros <= bound * 1000) {
            self.buckets[bucket].fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Writes the counters.
    pub(crate) fn write(&self, text: &mut Text) {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let mut total = 0;
        text.family(
            "throughline_http_requests_total",
            "counter",
            "Answered HTTP requests by class of status.",
        );
        for (index, counter) in self.by_class.iter().enumerate() {
            total += read(counter);
            text.sample(
                "throughline_http_requests_total",
                &[("class", &format!("{}xx", index + 1))],
                read(counter),
            );
        }
        let name = "throughline_http_request_duration_seconds";
        text.family(name, "histogram", "Time from the head of a request to the head of its answer.");
        let mut below = 0;
        for (bound, counter) in BOUNDS_MS.iter().zip(&self.buckets) {
            below += read(counter);
            let bound = Duration::from_millis(*bound).as_secs_f64().to_string();
            text.sample(&format!("{name}_bucket"), &[("le", &bound)], below);
        }
        text.sample(&format!("{name}_bucket"), &[("le", "+Inf")], total);
        text.sample(&format!("{name}_sum"), &[], Duration::from_micros(read(&self.micros)).as_secs_f64());
        text.sample(&format!("{name}_count"), &[], total);
    }
}

/// A text of families and samples.
#[derive(Debug, Default)]
pub(crate) struct Text(String);

impl Text {
    /// Begins a family.
    pub(crate) fn family(&mut self, name: &str, kind: &str, help: &str) {
        // Writing to a String cannot fail.
        let _ = writeln!(self.0, "# HELP {name} {help}\n# TYPE {name} {kind}");
    }

    /// One sample of the family.
    pub(crate) fn sample(&mut self, name: &str, labels: &[(&str, &str)], value: impl std::fmt::Display) {
        let quoted: Vec<String> =
            labels.iter().map(|(key, value)| format!("{key}=\"{}\"", escaped(value))).collect();
        let labels = if quoted.is_empty() { String::new() } else { format!("{{{}}}", quoted.join(",")) };
        let _ = writeln!(self.0, "{name}{labels} {value}");
    }

    /// A family with one sample and no label.
    pub(crate) fn single(&mut self, name: &str, kind: &str, help: &str, value: impl std::fmt::Display) {
        self.family(name, kind, help);
        self.sample(name, &[], value);
    }

    /// The text.
    pub(crate) fn into_string(self) -> String {
        self.0
    }
}

fn escaped(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_counted_by_class_and_time() {
        let requests = Requests::default();
        requests.count(StatusCode::OK, Duration::from_micros(700));
        requests.count(StatusCode::OK, Duration::from_millis(30));
        requests.count(StatusCode::NOT_FOUND, Duration::from_secs(9));
        let mut text = Text::default();
        requests.write(&mut text);
        let text = text.into_string();
        for line in [
            "throughline_http_requests_total{class=\"2xx\"} 2",
            "throughline_http_requests_total{class=\"4xx\"} 1",
            "throughline_http_request_duration_seconds_bucket{le=\"0.001\"} 1",
            "throughline_http_request_duration_seconds_bucket{le=\"0.05\"} 2",
            "throughline_http_request_duration_seconds_bucket{le=\"5\"} 2",
            "throughline_http_request_duration_seconds_bucket{le=\"+Inf\"} 3",
            "throughline_http_request_duration_seconds_count 3",
            "throughline_http_request_duration_seconds_sum 9.0307",
        ] {
            assert!(text.lines().any(|found| found == line), "{line}\n{text}");
        }
    }

    #[test]
    fn label_values_are_escaped() {
        let mut text = Text::default();
        text.sample("x", &[("a", "q\"b\\\n")], 1);
        assert_eq!(text.into_string(), "x{a=\"q\\\"b\\\\\\n\"} 1\n");
    }
}
