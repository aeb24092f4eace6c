use throughline_domain::failure::Failure;
use throughline_domain::workflow::{Due, Owner};

use super::*;

fn draft(reason: ReasonCode, effect: Option<&str>) -> ExceptionDraft {
    ExceptionDraft {
        reason,
        sentence: "Nobody knows whether this write arrived.".to_owned(),
        what_changed: Value::Null,
        owner: Owner("team:ops".to_owned()),
        backup: None,
        due: Due::After { ms: 60_000 },
        updates_after: Vec::new(),
        failure: None::<Failure>,
        effect: effect.map(|id| id.parse().unwrap()),
        unrouted: false,
        retry_from: None,
    }
}

#[test]
fn each_write_in_doubt_is_its_own_and_a_record_is_one() {
    let path = StepPath("pay".to_owned());
    let (one, two) = ("eff_00000000000000000000000001", "eff_00000000000000000000000002");
    let doubt = |effect| draft(ReasonCode::UnknownOutcome, Some(effect));
    let (first, second) = (doubt(one), doubt(two));
    // Two runs that write to one record stop at the same step.
    assert_eq!((part(&path, &first), part(&path, &second)), (Some(one), Some(two)));
    assert_eq!(part(&path, &draft(ReasonCode::UnknownOutcome, None)), Some("pay"));
    assert_eq!(part(&path, &draft(ReasonCode::InvalidValue, None)), None);
    let item = StepPath("each[3]/pay".to_owned());
    assert_eq!(part(&item, &draft(ReasonCode::InvalidValue, None)), Some("each[3]"));
}
