//! Testing a connection, and option lists for forms.

use serde_json::Value;

/// Who a connection is, as the remote says.
#[derive(Clone, Debug, PartialEq)]
pub struct Account {
    pub(crate) id: String,
    pub(crate) label: String,
    pub(crate) scopes: Vec<String>,
    pub(crate) detail: Option<Value>,
}

impl Account {
    /// The remote's stable id of the account, and a name people know it by.
    pub fn new(id: impl Into<String>, label: impl Into<String>) -> Self {
        Self { id: id.into(), label: label.into(), scopes: Vec::new(), detail: None }
    }

    /// What the credential may do.
    #[must_use]
    pub fn scopes(mut self, scopes: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.scopes = scopes.into_iter().map(Into::into).collect();
        self
    }

    /// Anything else.
    #[must_use]
    pub fn detail(mut self, detail: Value) -> Self {
        self.detail = Some(detail);
        self
    }

    /// The remote's stable id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The name people know it by.
    pub fn label(&self) -> &str {
        &self.label
    }
}

/// What the form asks an option list for.
#[derive(Clone, Debug, Default)]
pub struct OptionsQuery {
    /// The action or trigger whose form is open.
    pub operation: String,
    /// What the person typed.
    pub search: Option<String>,
    /// `Choices::next` of the page before.
    pub page: Option<String>,
    /// The form's values so far.
    pub partial: Value,
}

/// One choice.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    pub(crate) value: Value,
    pub(crate) label: String,
    pub(crate) hint: Option<String>,
    pub(crate) group: Option<String>,
}

impl Choice {
    /// What the input gets, and what people see.
    pub fn new(value: impl Into<Value>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into(), hint: None, group: None }
    }

    /// A second line.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// A heading it stands under.
    #[must_use]
    pub fn group(mut self, group: impl Into<String>) -> Self {
        self.group = Some(group.into());
        self
    }
}

/// A page of choices; collect an iterator of [`Choice`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Choices {
    pub(crate) items: Vec<Choice>,
    pub(crate) next: Option<String>,
}

impl Choices {
    /// Says how to ask for the next page, if there is one.
    #[must_use]
    pub fn next(mut self, page: Option<String>) -> Self {
        self.next = page;
        self
    }
}

impl FromIterator<Choice> for Choices {
    fn from_iter<I: IntoIterator<Item = Choice>>(iter: I) -> Self {
        Self { items: iter.into_iter().collect(), next: None }
    }
}
