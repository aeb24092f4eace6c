//! The OpenAPI document as it is published: a change of it is a change for everybody who reads it.

#[test]
fn the_document_is_as_published() {
    insta::assert_json_snapshot!("openapi", throughline_api::document());
}
