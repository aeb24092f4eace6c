//! The `auth` and `hosts` parts of `connector!`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Error, Ident, LitStr, Result, Token, braced, parenthesized};

/// `"https://api.acme.example"` or `"{base_url}" (GET, POST)`.
pub(crate) struct Host {
    origin: LitStr,
    methods: Vec<String>,
}

impl Parse for Host {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let origin = input.parse()?;
        let mut methods = Vec::new();
        if input.peek(syn::token::Paren) {
            let inner;
            parenthesized!(inner in input);
            let words: Punctuated<Ident, Token![,]> = Punctuated::parse_terminated(&inner)?;
            methods = words.iter().map(ToString::to_string).collect();
        }
        Ok(Self { origin, methods })
    }
}

impl Host {
    pub(crate) fn tokens(&self) -> TokenStream {
        let (origin, methods) = (&self.origin, &self.methods);
        quote!(::throughline::private::HostRequest { origin: #origin, methods: &[#(#methods),*] })
    }
}

/// `default: bearer { token: secret("API token", "Settings > API") } optional`.
pub(crate) struct Slot {
    name: String,
    kind: String,
    under: Option<LitStr>,
    value: Option<LitStr>,
    fields: Punctuated<Field, Token![,]>,
    optional: bool,
}

impl Parse for Slot {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let name: Ident = input.parse()?;
        input.parse::<Token![:]>()?;
        let kind: Ident = input.parse()?;
        if !["bearer", "header", "basic", "query", "none"].contains(&kind.to_string().as_str()) {
            return Err(Error::new_spanned(&kind, "not one of: bearer, header, basic, query, none"));
        }
        let mut under: Punctuated<LitStr, Token![,]> = Punctuated::new();
        if input.peek(syn::token::Paren) {
            let inner;
            parenthesized!(inner in input);
            under = Punctuated::parse_terminated(&inner)?;
        }
        let needs_name = kind == "header" || kind == "query";
        if needs_name == under.is_empty() || under.len() > 2 {
            return Err(Error::new_spanned(
                &kind,
                "`header` and `query` name what they inject: header(\"X-Api-Key\", \"{token}\")",
            ));
        }
        let inner;
        braced!(inner in input);
        let fields = Punctuated::parse_terminated(&inner)?;
        let optional = input.peek(Ident);
        if optional {
            let word: Ident = input.parse()?;
            if word != "optional" {
                return Err(Error::new_spanned(word, "only `optional` can stand here"));
            }
        }
        let mut under = under.into_iter();
        Ok(Self {
            name: name.to_string(),
            kind: kind.to_string(),
            under: under.next(),
            value: under.next(),
            fields,
            optional,
        })
    }
}

impl Slot {
    pub(crate) fn tokens(&self) -> TokenStream {
        let Self { name, kind, optional, .. } = self;
        let some =
            |text: &Option<LitStr>| text.as_ref().map_or_else(|| quote!(None), |text| quote!(Some(#text)));
        let (under, value) = (some(&self.under), some(&self.value));
        let fields = self.fields.iter().map(|field| {
            let (id, title, help, secret) = (&field.name, &field.title, some(&field.help), field.secret);
            quote!((#id, ::throughline::private::AuthField { title: #title, help: #help, secret: #secret }))
        });
        quote! {
            (#name, ::throughline::private::AuthSlot {
                kind: #kind,
                fields: [#(#fields),*].into_iter().collect(),
                name: #under,
                value: #value,
                optional: #optional,
            })
        }
    }
}

struct Field {
    name: String,
    secret: bool,
    title: LitStr,
    help: Option<LitStr>,
}

impl Parse for Field {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let name: Ident = input.parse()?;
        input.parse::<Token![:]>()?;
        let kind: Ident = input.parse()?;
        let secret = match kind.to_string().as_str() {
            "secret" => true,
            "text" => false,
            _ => {
                return Err(Error::new_spanned(
                    kind,
                    "write `secret(\"Label\", \"help\")` or `text(\"Label\")`",
                ));
            }
        };
        let inner;
        parenthesized!(inner in input);
        let words: Punctuated<LitStr, Token![,]> = Punctuated::parse_terminated(&inner)?;
        let mut words = words.into_iter();
        let title = words.next().ok_or_else(|| Error::new_spanned(&kind, "give it a label"))?;
        Ok(Self { name: name.to_string(), secret, title, help: words.next() })
    }
}
