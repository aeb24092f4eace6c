//! `#[data]`.

use proc_macro2::TokenStream;
use quote::quote;

pub(crate) fn expand(args: &TokenStream, item: &TokenStream) -> TokenStream {
    let extra = if args.is_empty() { quote!() } else { quote!(#[derive(#args)]) };
    quote! {
        #[derive(Clone, Debug, ::throughline::serde::Serialize, ::throughline::serde::Deserialize, ::throughline::schemars::JsonSchema)]
        #extra
        #[serde(crate = "::throughline::serde")]
        #[schemars(crate = "::throughline::schemars")]
        #item
    }
}
