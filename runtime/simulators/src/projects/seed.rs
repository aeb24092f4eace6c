//! The demo's jobs: done on site, waiting to be completed; some with their proof, some without.

use super::{Job, Line};

/// A job before it has an id: title, customer, photos, signature, lines of text, quantity and price.
struct Row {
    title: &'static str,
    customer: &'static str,
    status: &'static str,
    photos: &'static [&'static str],
    signature: Option<&'static str>,
    lines: &'static [(&'static str, &'static str, &'static str)],
}

const ROWS: [Row; 6] = [
    Row {
        title: "Annual boiler service, two units",
        customer: "cus_0001",
        status: "in_progress",
        photos: &["boiler-a-after.jpg", "boiler-b-after.jpg"],
        signature: Some("P. Nair"),
        lines: &[("Boiler service", "2", "95.00"), ("Flue gas analysis", "2", "18.50")],
    },
    Row {
        // No signature: nobody was in to sign.
        title: "Replace studio thermostats",
        customer: "cus_0002",
        status: "in_progress",
        photos: &["thermostat-hall.jpg", "thermostat-studio.jpg"],
        signature: None,
        lines: &[("Smart thermostat", "3", "129.00"), ("Labour, hours", "2.5", "48.00")],
    },
    Row {
        // No photos.
        title: "Oven flue clean",
        customer: "cus_0003",
        status: "in_progress",
        photos: &[],
        signature: Some("S. Marsh"),
        lines: &[("Flue clean", "1", "140.00")],
    },
    Row {
        title: "Radiator valve replacement, block B",
        customer: "cus_0004",
        status: "in_progress",
        photos: &["valve-before.jpg", "valve-after.jpg", "pressure-test.jpg"],
        signature: Some("G. Obi"),
        lines: &[("Thermostatic valve", "14", "22.40"), ("Labour, hours", "6.75", "48.00")],
    },
    Row {
        // One photo is not enough.
        title: "Bathroom leak repair",
        customer: "cus_0005",
        status: "in_progress",
        photos: &["leak-fixed.jpg"],
        signature: Some("T. Whitaker"),
        lines: &[("Call-out", "1", "75.00"), ("Compression fitting", "2", "3.85")],
    },
    Row {
        title: "Quarterly pressure check",
        customer: "cus_0001",
        status: "scheduled",
        photos: &[],
        signature: None,
        lines: &[("Pressure check", "1", "60.00")],
    },
];

/// The demo's jobs, made at `at`.
pub(super) fn jobs(at: &str) -> Vec<Job> {
    ROWS.iter().enumerate().map(|(index, row)| job(index + 1, row, at)).collect()
}

fn job(ordinal: usize, row: &Row, at: &str) -> Job {
    let line = |(description, quantity, unit_price): &(&str, &str, &str)| Line {
        description: (*description).to_owned(),
        quantity: (*quantity).to_owned(),
        unit_price: (*unit_price).to_owned(),
    };
    Job {
        id: format!("job_{ordinal:04}"),
        number: format!("J-{}", 1000 + ordinal),
        title: row.title.to_owned(),
        customer_id: row.customer.to_owned(),
        status: row.status.to_owned(),
        photos: row.photos.iter().map(|photo| (*photo).to_owned()).collect(),
        signature: row.signature.map(str::to_owned),
        lines: row.lines.iter().map(line).collect(),
        completed_at: None,
        created_at: at.to_owned(),
        updated_at: at.to_owned(),
    }
}
