//! Arguments of the attributes, and what functions say about themselves.

use proc_macro2::TokenStream;
use quote::quote;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{
    Attribute, Error, Expr, ExprLit, FnArg, GenericArgument, Lit, LitStr, Meta, PathArguments, Result,
    ReturnType, Signature, Token, Type,
};

/// `name` or `name = value`.
pub(crate) struct Args(pub(crate) Punctuated<Meta, Token![,]>);

impl Parse for Args {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        Punctuated::parse_terminated(input).map(Self)
    }
}

/// The text of a value.
pub(crate) fn text(value: &Expr) -> Result<LitStr> {
    match value {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Ok(text.clone()),
        other => Err(Error::new_spanned(other, "write this as text in quotes")),
    }
}

/// A list of texts.
pub(crate) fn list(value: &Expr) -> Result<Vec<LitStr>> {
    match value {
        Expr::Array(array) => array.elems.iter().map(text).collect(),
        other => Err(Error::new_spanned(other, "write a list: [\"POST /search\"]")),
    }
}

/// The word of a value.
pub(crate) fn word(value: &Expr) -> Result<String> {
    match value {
        Expr::Path(path) if path.path.get_ident().is_some() => Ok(path.path.segments[0].ident.to_string()),
        other => Err(Error::new_spanned(other, "write this as a single word")),
    }
}

/// A sample: inline JSON, or a file beside Cargo.toml.
pub(crate) fn sample(text: &LitStr) -> TokenStream {
    let value = text.value();
    let first = value.trim_start().chars().next().unwrap_or('"');
    if matches!(first, '{' | '[' | '"' | '0'..='9' | '-') || ["true", "false", "null"].contains(&value.trim())
    {
        quote!(#text)
    } else {
        quote!(include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/", #text)))
    }
}

/// `500ms`, `30s`, `2m`, `24h`, `7d` in milliseconds.
pub(crate) fn duration(text: &LitStr) -> Result<u64> {
    let value = text.value();
    let split = value.find(|c: char| !c.is_ascii_digit()).unwrap_or(value.len());
    let unit = match &value[split..] {
        "ms" => Some(1),
        "s" => Some(1_000),
        "m" => Some(60_000),
        "h" => Some(3_600_000),
        "d" => Some(86_400_000_u64),
        _ => None,
    };
    let count = value[..split].parse::<u64>().ok();
    count
        .zip(unit)
        .and_then(|(n, unit)| n.checked_mul(unit))
        .ok_or_else(|| Error::new_spanned(text, "write a duration: 500ms, 30s, 2m, 24h or 7d"))
}

/// The lines of a doc comment.
pub(crate) fn doc(attrs: &[Attribute]) -> String {
    let line = |attr: &Attribute| match &attr.meta {
        Meta::NameValue(pair) if pair.path.is_ident("doc") => text(&pair.value).ok().map(|t| t.value()),
        _ => None,
    };
    let lines: Vec<String> =
        attrs.iter().filter_map(line).map(|l| l.strip_prefix(' ').unwrap_or(&l).to_owned()).collect();
    lines.join("\n").trim().to_owned()
}

/// The types of a function's parameters; exactly `count` of them.
pub(crate) fn params(sig: &Signature, count: usize, shape: &str) -> Result<Vec<Type>> {
    let wrong = || Error::new_spanned(&sig.inputs, format!("the function must be `{shape}`"));
    if sig.inputs.len() != count {
        return Err(wrong());
    }
    let one = |arg: &FnArg| match arg {
        FnArg::Typed(typed) => Ok((*typed.ty).clone()),
        FnArg::Receiver(_) => Err(wrong()),
    };
    sig.inputs.iter().map(one).collect()
}

/// A parameter's type without its `&`.
pub(crate) fn referent(ty: &Type) -> Type {
    match ty {
        Type::Reference(reference) => (*reference.elem).clone(),
        other => other.clone(),
    }
}

/// `T` of `Result<T>`, or of `Result<Wrapper<T>>` with a wrapper's name.
pub(crate) fn returned(sig: &Signature, wrapper: Option<&str>) -> Result<Type> {
    let ReturnType::Type(_, ty) = &sig.output else {
        return Err(Error::new_spanned(sig, "the function must return a `Result`"));
    };
    let inner = argument(ty, "Result")
        .ok_or_else(|| Error::new_spanned(ty, "the function must return a `Result`"))?;
    let Some(wrapper) = wrapper else {
        return Ok(inner);
    };
    argument(&inner, wrapper)
        .ok_or_else(|| Error::new_spanned(&inner, format!("the function must return `Result<{wrapper}<…>>`")))
}

fn argument(ty: &Type, name: &str) -> Option<Type> {
    let Type::Path(path) = ty else {
        return None;
    };
    let last = path.path.segments.last().filter(|segment| segment.ident == name)?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return None;
    };
    match arguments.args.first()? {
        GenericArgument::Type(inner) => Some(inner.clone()),
        _ => None,
    }
}
