//! `#[trigger]`.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::parse::{Parse, ParseStream};
use syn::{
    Attribute, Block, Error, LitStr, Meta, Result, ReturnType, Signature, Token, Type, Visibility, parse2,
};

use crate::args::{Args, doc, duration, list, params, returned, sample, text};

struct Declared {
    kind: String,
    every_ms: u64,
    sample: TokenStream,
    safe_requests: Vec<LitStr>,
}

/// A function, with a body or without.
struct Function {
    attrs: Vec<Attribute>,
    vis: Visibility,
    sig: Signature,
    block: Option<Block>,
}

impl Parse for Function {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let attrs = input.call(Attribute::parse_outer)?;
        let vis = input.parse()?;
        let sig = input.parse()?;
        let block = if input.peek(Token![;]) {
            input.parse::<Token![;]>()?;
            None
        } else {
            Some(input.parse()?)
        };
        Ok(Self { attrs, vis, sig, block })
    }
}

pub(crate) fn expand(args: TokenStream, item: TokenStream) -> Result<TokenStream> {
    let declared = declared(parse2(args)?)?;
    let function: Function = parse2(item)?;
    let (config, output, source) = match declared.kind.as_str() {
        "poll" => poll(&function, declared.every_ms)?,
        "webhook" => webhook(&function)?,
        _ => native(&function)?,
    };
    let Function { attrs, vis, sig, block } = &function;
    let name = &sig.ident;
    let id = name.to_string();
    let doc = doc(attrs);
    let (sample, safe_requests) = (declared.sample, declared.safe_requests);
    let kept = block.as_ref().map(|block| {
        quote! {
            #[allow(clippy::needless_pass_by_value, clippy::unnecessary_wraps, reason = "the shape of a trigger")]
            #(#attrs)* #vis #sig #block
        }
    });
    Ok(quote! {
        #kept

        #[doc(hidden)]
        #[allow(non_camel_case_types, missing_docs, reason = "the trigger's own name, as a type")]
        #vis struct #name {}

        impl ::throughline::private::Trigger for #name {
            fn def() -> ::throughline::private::TriggerDef {
                ::throughline::private::TriggerDef {
                    id: #id,
                    doc: #doc,
                    sample: #sample,
                    config: ::throughline::input_schema::<#config>,
                    output: ::throughline::output_schema::<#output>,
                    safe_requests: &[#(#safe_requests),*],
                    source: #source,
                }
            }
        }
    })
}

fn declared(args: Args) -> Result<Declared> {
    let site = Span::call_site();
    let (mut kind, mut every_ms, mut found) = (None, 60_000, None);
    let mut safe_requests = Vec::new();
    for arg in args.0 {
        let name = arg.path().get_ident().map(ToString::to_string).unwrap_or_default();
        match (&arg, name.as_str()) {
            (Meta::Path(_), "poll" | "webhook" | "native") => kind = Some(name),
            (Meta::NameValue(pair), "every") => every_ms = duration(&text(&pair.value)?)?,
            (Meta::NameValue(pair), "sample") => found = Some(sample(&text(&pair.value)?)),
            (Meta::NameValue(pair), "safe_requests") => safe_requests = list(&pair.value)?,
            _ => {
                return Err(Error::new_spanned(
                    arg,
                    "not one of: poll, webhook, native, every, sample, safe_requests",
                ));
            }
        }
    }
    if let (Some(first), true) = (safe_requests.first(), kind.as_deref() != Some("poll")) {
        return Err(Error::new_spanned(first, "only a poll sends requests that can be declared safe"));
    }
    Ok(Declared {
        kind: kind.ok_or_else(|| Error::new(site, "say `poll`, `webhook` or `native`"))?,
        every_ms,
        sample: found
            .ok_or_else(|| Error::new(site, "give a `sample`: inline JSON, or a file beside Cargo.toml"))?,
        safe_requests,
    })
}

/// The configuration's type, its type in the schema, and how it is passed.
fn config(ty: &Type) -> (Type, TokenStream) {
    match ty {
        Type::Tuple(tuple) if tuple.elems.is_empty() => (syn::parse_quote!(::throughline::Empty), quote!(())),
        other => (other.clone(), quote!(config)),
    }
}

fn poll(function: &Function, every_ms: u64) -> Result<(Type, Type, TokenStream)> {
    let shape = "fn name(cx: &Cx, config: C, since: Since) -> Result<Page<T>>";
    let (ty, pass) = config(&params(&function.sig, 3, shape)?[1]);
    let output = returned(&function.sig, Some("Page"))?;
    let name = &function.sig.ident;
    let source = quote! {
        ::throughline::private::Source::Poll {
            min_interval_ms: #every_ms,
            poll: |cx, config, since| ::throughline::private::poll::<#ty, #output>(cx, config, since, |cx, config, since| {
                let _ = &config;
                #name(cx, #pass, since)
            }),
        }
    };
    Ok((ty, output, source))
}

fn webhook(function: &Function) -> Result<(Type, Type, TokenStream)> {
    let shape = "fn name(cx: &Cx, config: C, request: Inbound) -> Result<Verdict<T>>";
    let (ty, pass) = config(&params(&function.sig, 3, shape)?[1]);
    let output = returned(&function.sig, Some("Verdict"))?;
    let name = &function.sig.ident;
    let source = quote! {
        ::throughline::private::Source::Webhook(|cx, config, request| {
            ::throughline::private::webhook::<#ty, #output>(cx, config, request, |cx, config, request| {
                let _ = &config;
                #name(cx, #pass, request)
            })
        })
    };
    Ok((ty, output, source))
}

fn native(function: &Function) -> Result<(Type, Type, TokenStream)> {
    let (ty, _) = config(&params(&function.sig, 1, "fn name(config: C) -> T;")?[0]);
    let ReturnType::Type(_, output) = &function.sig.output else {
        return Err(Error::new_spanned(
            &function.sig,
            "say the type of the events: `fn name(config: C) -> T;`",
        ));
    };
    if let Some(block) = &function.block {
        return Err(Error::new_spanned(block, "the runner makes these events: end the line with `;`"));
    }
    Ok((ty, (**output).clone(), quote!(::throughline::private::Source::Native)))
}
