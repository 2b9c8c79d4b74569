//! Makes the client from $BILLING_OPENAPI_3_0, which script/clients writes.

fn main() {
    println!("cargo:rerun-if-env-changed=BILLING_OPENAPI_3_0");
    let contract = std::env::var("BILLING_OPENAPI_3_0").expect("BILLING_OPENAPI_3_0");
    println!("cargo:rerun-if-changed={contract}");
    let contract: openapiv3::OpenAPI = serde_json::from_reader(std::fs::File::open(contract).unwrap()).unwrap();
    let made = progenitor::Generator::default().generate_tokens(&contract).unwrap();
    let text = prettyplease::unparse(&syn::parse2(made).unwrap());
    std::fs::write(std::path::Path::new(&std::env::var("OUT_DIR").unwrap()).join("api.rs"), text).unwrap();
}
