//! `#[preview]`, `#[reconcile]`, `#[compensate]`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{ItemFn, Path, Result, parse2};

use crate::args::{params, referent, returned};

pub(crate) fn preview(args: TokenStream, item: TokenStream) -> Result<TokenStream> {
    let action: Path = parse2(args)?;
    let function: ItemFn = parse2(item)?;
    params(&function.sig, 2, "fn name(cx: &Cx, input: &In) -> Result<Plan>")?;
    let name = &function.sig.ident;
    Ok(quote! {
        #[allow(clippy::needless_pass_by_value, clippy::unnecessary_wraps, reason = "the shape of an action's part")]
        #function

        impl ::throughline::private::HasPreview for #action {
            fn preview(cx: &::throughline::Cx, input: &<Self as ::throughline::private::Action>::Input) -> ::throughline::Result<::throughline::Plan> {
                #name(cx, input)
            }
        }
    })
}

pub(crate) fn reconcile(args: TokenStream, item: TokenStream) -> Result<TokenStream> {
    let action: Path = parse2(args)?;
    let function: ItemFn = parse2(item)?;
    params(&function.sig, 3, "fn name(cx: &Cx, input: &In, key: &str) -> Result<Landed<Out>>")?;
    let found = returned(&function.sig, Some("Landed"))?;
    let name = &function.sig.ident;
    Ok(quote! {
        #[allow(clippy::needless_pass_by_value, clippy::unnecessary_wraps, reason = "the shape of an action's part")]
        #function

        impl ::throughline::private::HasReconcile for #action {
            type Found = #found;

            fn reconcile(
                cx: &::throughline::Cx,
                input: &<Self as ::throughline::private::Action>::Input,
                key: &str,
            ) -> ::throughline::Result<::throughline::Landed<Self::Found>> {
                #name(cx, input, key)
            }
        }
    })
}

pub(crate) fn compensate(args: TokenStream, item: TokenStream) -> Result<TokenStream> {
    let action: Path = parse2(args)?;
    let function: ItemFn = parse2(item)?;
    let receipt =
        &params(&function.sig, 3, "fn name(cx: &Cx, input: &In, receipt: Out) -> Result<Undone>")?[2];
    let is_reference = matches!(receipt, syn::Type::Reference(_));
    let receipt = referent(receipt);
    let undone = returned(&function.sig, None)?;
    let name = &function.sig.ident;
    let pass = if is_reference { quote!(&receipt) } else { quote!(receipt) };
    Ok(quote! {
        #[allow(clippy::needless_pass_by_value, clippy::unnecessary_wraps, reason = "the shape of an action's part")]
        #function

        impl ::throughline::private::HasCompensate for #action {
            type Receipt = #receipt;
            type Undone = #undone;

            fn compensate(
                cx: &::throughline::Cx,
                input: &<Self as ::throughline::private::Action>::Input,
                receipt: Self::Receipt,
            ) -> ::throughline::Result<Self::Undone> {
                #name(cx, input, #pass)
            }
        }
    })
}
