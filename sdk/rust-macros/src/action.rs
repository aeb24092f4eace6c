//! `#[action]`.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::{Error, Expr, ItemFn, LitStr, Meta, Result, Type, parse2};

use crate::args::{Args, doc, duration, list, params, referent, returned, sample, text, word};

struct Declared {
    effect: Option<TokenStream>,
    is_write: bool,
    undo: Option<TokenStream>,
    idempotency: Option<TokenStream>,
    lifetime_ms: u64,
    settle_ms: u64,
    safe_requests: Vec<LitStr>,
    record: TokenStream,
    sample: Option<TokenStream>,
}

pub(crate) fn expand(args: TokenStream, item: TokenStream) -> Result<TokenStream> {
    let declared = declared(parse2(args)?)?;
    let function: ItemFn = parse2(item)?;
    let name = &function.sig.ident;
    let vis = &function.vis;
    let input = &params(&function.sig, 2, "fn name(cx: &Cx, input: In) -> Result<Out>")?[1];
    let pass = if matches!(input, Type::Reference(_)) { quote!(&input) } else { quote!(input) };
    let input = referent(input);
    let output = returned(&function.sig, None)?;
    let meta = meta(&name.to_string(), &doc(&function.attrs), declared)?;
    Ok(quote! {
        #[allow(clippy::needless_pass_by_value, clippy::unnecessary_wraps, reason = "the shape of an action")]
        #function

        #[doc(hidden)]
        #[allow(non_camel_case_types, missing_docs, reason = "the action's own name, as a type")]
        #vis struct #name {}

        impl ::throughline::private::Action for #name {
            type Input = #input;
            type Output = #output;
            const META: ::throughline::private::ActionMeta = #meta;

            fn run(cx: &::throughline::Cx, input: Self::Input) -> ::throughline::Result<Self::Output> {
                #name(cx, #pass)
            }
        }
    })
}

fn declared(args: Args) -> Result<Declared> {
    let mut d = Declared {
        effect: None,
        is_write: false,
        undo: None,
        idempotency: None,
        lifetime_ms: 86_400_000,
        settle_ms: 5_000,
        safe_requests: Vec::new(),
        record: quote!(None),
        sample: None,
    };
    for arg in args.0 {
        let Meta::NameValue(pair) = &arg else {
            return Err(Error::new_spanned(arg, "write `name = value`"));
        };
        let value = &pair.value;
        match pair.path.get_ident().map(ToString::to_string).unwrap_or_default().as_str() {
            "effect" => (d.effect, d.is_write) = effect(value)?,
            "undo" => d.undo = Some(undo(value)?),
            "idempotency" => d.idempotency = Some(idempotency(value)?),
            "lifetime" => d.lifetime_ms = duration(&text(value)?)?,
            "settle" => d.settle_ms = duration(&text(value)?)?,
            "settle_ms" => d.settle_ms = number(value)?,
            "sample" => d.sample = Some(sample(&text(value)?)),
            "record" => {
                let record = text(value)?;
                d.record = quote!(Some(#record));
            }
            "safe_requests" => d.safe_requests = list(value)?,
            _ => {
                return Err(Error::new_spanned(
                    &pair.path,
                    "not one of: effect, undo, idempotency, lifetime, settle, settle_ms, sample, record, safe_requests",
                ));
            }
        }
    }
    Ok(d)
}

fn meta(id: &str, doc: &str, d: Declared) -> Result<TokenStream> {
    let site = Span::call_site();
    let effect = d
        .effect
        .ok_or_else(|| Error::new(site, "say `effect = read`, `write_idempotent` or `write_once`"))?;
    let sample = d
        .sample
        .ok_or_else(|| Error::new(site, "give a `sample`: inline JSON, or a file beside Cargo.toml"))?;
    let undo = match (d.is_write, d.undo) {
        (true, None) => {
            return Err(Error::new(
                site,
                "a write says `undo = reversible`, `compensable` or `irreversible`",
            ));
        }
        (false, Some(_)) => return Err(Error::new(site, "a read has nothing to undo")),
        (true, Some(undo)) => quote!(Some(#undo)),
        (false, None) => quote!(None),
    };
    let lifetime_ms = d.lifetime_ms;
    let idempotency = d.idempotency.map_or_else(
        || quote!(None),
        |header| quote!(Some(::throughline::private::Idempotency { header: #header, lifetime_ms: #lifetime_ms })),
    );
    let (settle_ms, record, safe_requests) = (d.settle_ms, d.record, d.safe_requests);
    Ok(quote! {
        ::throughline::private::ActionMeta {
            id: #id,
            doc: #doc,
            effect: #effect,
            undo: #undo,
            idempotency: #idempotency,
            settle_ms: #settle_ms,
            safe_requests: &[#(#safe_requests),*],
            record: #record,
            sample: #sample,
        }
    })
}

fn effect(value: &Expr) -> Result<(Option<TokenStream>, bool)> {
    Ok(match word(value)?.as_str() {
        "read" => (Some(quote!(::throughline::private::Effect::Read)), false),
        "write_idempotent" => (Some(quote!(::throughline::private::Effect::WriteIdempotent)), true),
        "write_once" => (Some(quote!(::throughline::private::Effect::WriteOnce)), true),
        _ => return Err(Error::new_spanned(value, "not one of: read, write_idempotent, write_once")),
    })
}

fn undo(value: &Expr) -> Result<TokenStream> {
    Ok(match word(value)?.as_str() {
        "reversible" => quote!(::throughline::private::Undo::Reversible),
        "compensable" => quote!(::throughline::private::Undo::Compensable),
        "irreversible" => quote!(::throughline::private::Undo::Irreversible),
        _ => return Err(Error::new_spanned(value, "not one of: reversible, compensable, irreversible")),
    })
}

fn idempotency(value: &Expr) -> Result<TokenStream> {
    let wrong = || {
        Error::new_spanned(
            value,
            "write `header(\"Idempotency-Key\")`, or `key` when the function sends the key itself",
        )
    };
    match value {
        Expr::Call(call) if word(&call.func)? == "header" && call.args.len() == 1 => {
            let header = text(&call.args[0])?;
            Ok(quote!(Some(#header)))
        }
        Expr::Path(_) if word(value)? == "key" => Ok(quote!(None)),
        _ => Err(wrong()),
    }
}

fn number(value: &Expr) -> Result<u64> {
    match value {
        Expr::Lit(syn::ExprLit { lit: syn::Lit::Int(int), .. }) => int.base10_parse(),
        other => Err(Error::new_spanned(other, "write a number of milliseconds")),
    }
}
