//! `connector!`.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::parse::{Parse, ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Error, Ident, LitInt, LitStr, Path, Result, Token, Type, braced, bracketed, parse2};

use crate::slots::{Host, Slot};

#[derive(Default)]
struct Declared {
    id: Option<LitStr>,
    name: Option<LitStr>,
    version: Option<LitStr>,
    description: Option<LitStr>,
    docs: Option<LitStr>,
    hosts: Vec<Host>,
    auth: Vec<Slot>,
    settings: Option<Type>,
    test: Option<Path>,
    options: Vec<Path>,
    actions: Vec<Path>,
    triggers: Vec<Path>,
    records: Vec<Path>,
    limits: Vec<(Ident, LitInt)>,
}

impl Parse for Declared {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let mut d = Self::default();
        while !input.is_empty() {
            let key: Ident = input.parse()?;
            input.parse::<Token![:]>()?;
            match key.to_string().as_str() {
                "id" => d.id = Some(id(input)?),
                "name" => d.name = Some(input.parse()?),
                "version" => d.version = Some(input.parse()?),
                "description" => d.description = Some(input.parse()?),
                "docs" => d.docs = Some(input.parse()?),
                "hosts" => d.hosts = list(input)?,
                "auth" => d.auth = block(input)?,
                "settings" => d.settings = Some(input.parse()?),
                "test" => d.test = Some(input.parse()?),
                "options" => d.options = list(input)?,
                "actions" => d.actions = list(input)?,
                "triggers" => d.triggers = list(input)?,
                "records" => d.records = list(input)?,
                "limits" => d.limits = limits(input)?,
                _ => {
                    return Err(Error::new_spanned(
                        key,
                        "not one of: id, name, version, description, docs, hosts, auth, settings, test, options, actions, triggers, records, limits",
                    ));
                }
            }
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(d)
    }
}

fn id(input: ParseStream<'_>) -> Result<LitStr> {
    let id: LitStr = input.parse()?;
    let value = id.value();
    let is_good = value.starts_with(|c: char| c.is_ascii_lowercase())
        && value.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '-');
    if is_good {
        Ok(id)
    } else {
        Err(Error::new_spanned(id, "an id is lower-case letters, digits, `-` and `_`"))
    }
}

fn list<T: Parse>(input: ParseStream<'_>) -> Result<Vec<T>> {
    let inner;
    bracketed!(inner in input);
    let items: Punctuated<T, Token![,]> = Punctuated::parse_terminated(&inner)?;
    Ok(items.into_iter().collect())
}

fn block<T: Parse>(input: ParseStream<'_>) -> Result<Vec<T>> {
    let inner;
    braced!(inner in input);
    let items: Punctuated<T, Token![,]> = Punctuated::parse_terminated(&inner)?;
    Ok(items.into_iter().collect())
}

fn limits(input: ParseStream<'_>) -> Result<Vec<(Ident, LitInt)>> {
    let inner;
    braced!(inner in input);
    let pair = |i: ParseStream<'_>| {
        let name: Ident = i.parse()?;
        i.parse::<Token![:]>()?;
        Ok((name, i.parse()?))
    };
    let items: Punctuated<(Ident, LitInt), Token![,]> = Punctuated::parse_terminated_with(&inner, pair)?;
    Ok(items.into_iter().collect())
}

pub(crate) fn expand(input: TokenStream) -> Result<TokenStream> {
    let d: Declared = Parser::parse2(Declared::parse, input)?;
    let need = |what: &Option<LitStr>, key: &str| {
        what.clone().ok_or_else(|| Error::new(Span::call_site(), format!("`{key}` is missing")))
    };
    let (id, name) = (need(&d.id, "id")?, need(&d.name, "name")?);
    let version = d.version.map_or_else(|| quote!(env!("CARGO_PKG_VERSION")), |v| quote!(#v));
    let description = d.description.map_or_else(|| quote!(""), |v| quote!(#v));
    let docs = d.docs.map_or_else(|| quote!(None), |v| quote!(Some(#v)));
    let settings =
        d.settings.map_or_else(|| quote!(None), |ty| quote!(Some(::throughline::private::settings::<#ty>)));
    let test = d.test.map_or_else(|| quote!(None), |f| quote!(Some(#f)));
    let hosts = d.hosts.iter().map(Host::tokens);
    let auth = d.auth.iter().map(Slot::tokens);
    let options = d.options.iter().map(|f| {
        let list = f.segments.last().map(|s| s.ident.to_string()).unwrap_or_default();
        quote!((#list, #f))
    });
    let actions = d.actions.iter().map(action);
    let triggers = &d.triggers;
    let records = &d.records;
    let limits = d.limits.iter().map(|(name, value)| quote!(limits.#name = Some(#value);));
    let this: TokenStream = parse2(quote! {
        /// The connector.
        #[must_use]
        pub fn connector() -> ::throughline::Connector {
            #[allow(unused_imports, reason = "needed where an action lacks a part")]
            use ::throughline::private::Absent as _;
            #[allow(unused_mut, reason = "only limits change it")]
            let mut limits = ::throughline::private::Limits::default();
            #(#limits)*
            ::throughline::Connector {
                id: #id,
                name: #name,
                version: #version,
                description: #description,
                docs: #docs,
                hosts: vec![#(#hosts),*],
                auth: [#(#auth),*].into_iter().collect(),
                settings: #settings,
                test: #test,
                options: vec![#(#options),*],
                actions: vec![#(#actions),*],
                triggers: vec![#(<#triggers as ::throughline::private::Trigger>::def()),*],
                records: vec![#(::throughline::private::record::<#records>()),*],
                limits,
            }
        }

        #[cfg(target_arch = "wasm32")]
        ::throughline::__export_guest!(connector);
    })?;
    Ok(this)
}

fn action(path: &Path) -> TokenStream {
    quote! {{
        let probe = ::throughline::private::Probe::<#path>::NEW;
        ::throughline::private::ActionDef {
            preview: probe.preview(),
            reconcile: probe.reconcile(),
            compensate: probe.compensate(),
            ..::throughline::private::action::<#path>()
        }
    }}
}
