//! Programs that use everything of a generated crate: they make one call of every tool with all setters,
//! and read every field. They are made from the code itself.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use quote::ToTokens;
use syn::{
    Fields, FnArg, GenericArgument, ImplItem, Item, ItemEnum, ItemImpl, ItemStruct, ItemUse,
    PathArguments, ReturnType, Signature, Type, TypeParamBound, UseTree, Visibility,
};
use toolsmith_codegen::GeneratedCrate;

/// A way to use a crate. Some changes break only one of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Way {
    /// Arguments have the types of the parameters; records are read.
    Typed,
    /// Arguments are literals where the parameters take them.
    Literals,
    /// The fields of requests are read.
    RequestFields,
}

impl Way {
    pub(crate) const ALL: [Self; 3] = [Self::Typed, Self::Literals, Self::RequestFields];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Typed => "typed",
            Self::Literals => "literals",
            Self::RequestFields => "request_fields",
        }
    }
}

/// The items of a generated module.
#[derive(Default)]
struct Module {
    /// The names that the code imports from the runtime.
    runtime: BTreeSet<String>,
    structs: BTreeMap<String, Vec<(String, String)>>,
    enums: Vec<ItemEnum>,
    /// The parameters of the constructors.
    constructors: BTreeMap<String, Vec<String>>,
    setters: BTreeMap<String, Vec<(String, Vec<String>)>>,
    /// Handle or client, method, request, response, bound of the access.
    methods: Vec<Method>,
    /// The accessor of each handle.
    accessors: BTreeMap<String, String>,
    /// Source and target.
    conversions: Vec<(String, String)>,
    defaults: Vec<String>,
}

struct Method {
    owner: String,
    name: String,
    request: String,
    response: String,
    access: &'static str,
}

/// Returns the programs that use the module `catalog` of a crate.
pub(crate) fn witnesses(output: &GeneratedCrate, catalog: &str) -> BTreeMap<Way, String> {
    let mut module = Module::default();
    for (path, text) in &output.files.0 {
        let Some(file) = path.strip_prefix(&format!("src/{catalog}/")) else {
            continue;
        };
        if matches!(file, "mod.rs" | "registry.rs" | "schemas.rs" | "ids.rs") {
            continue;
        }
        let parsed = syn::parse_file(text).unwrap_or_else(|error| panic!("{path}: {error}"));
        for item in &parsed.items {
            module.read(item, file == "client.rs");
        }
    }
    let programs = Way::ALL.map(|way| (way, module.program(catalog, way)));
    programs.into_iter().collect()
}

fn text(tokens: &impl ToTokens) -> String {
    tokens.to_token_stream().to_string()
}

impl Module {
    fn read(&mut self, item: &Item, is_client: bool) {
        match item {
            Item::Use(import) if !is_client => self.read_use(import),
            Item::Struct(item) if matches!(item.vis, Visibility::Public(_)) => {
                self.read_struct(item);
            }
            Item::Enum(item) => self.enums.push(item.clone()),
            Item::Impl(item) => self.read_impl(item, is_client),
            _ => {}
        }
    }

    fn read_use(&mut self, import: &ItemUse) {
        let UseTree::Path(root) = &import.tree else {
            return;
        };
        if root.ident == "toolsmith_runtime"
            && let UseTree::Path(path) = &*root.tree
            && let UseTree::Group(group) = &*path.tree
        {
            let names = group.items.iter().filter_map(|tree| match tree {
                UseTree::Name(name) => Some(name.ident.to_string()),
                _ => None,
            });
            let is_type = |name: &String| name.starts_with(char::is_uppercase);
            self.runtime.extend(names.filter(is_type));
        }
    }

    fn read_struct(&mut self, item: &ItemStruct) {
        if let Fields::Named(fields) = &item.fields {
            let fields = fields.named.iter();
            let fields = fields.filter(|field| matches!(field.vis, Visibility::Public(_)));
            let fields = fields.map(|field| (text(&field.ident), text(&field.ty)));
            self.structs
                .insert(item.ident.to_string(), fields.collect());
        }
    }

    fn read_impl(&mut self, item: &ItemImpl, is_client: bool) {
        let owner = name_of(&item.self_ty);
        if let Some((of, _)) = &item.trait_ {
            let last = of.segments.last().unwrap();
            match (last.ident.to_string().as_str(), is_client) {
                ("From", false) => {
                    let source = inner(&last.arguments).unwrap();
                    self.conversions.push((text(&source), owner));
                }
                ("Default", false) => self.defaults.push(owner),
                _ => {}
            }
            return;
        }
        for item in &item.items {
            if let ImplItem::Fn(function) = item {
                self.read_function(&owner, &function.sig, is_client);
            }
        }
    }

    fn read_function(&mut self, owner: &str, signature: &Signature, is_client: bool) {
        let name = text(&signature.ident);
        let has_self = matches!(signature.inputs.first(), Some(FnArg::Receiver(_)));
        let parameters = signature.inputs.iter().filter_map(|input| match input {
            FnArg::Typed(typed) => Some(text(&typed.ty)),
            FnArg::Receiver(_) => None,
        });
        let parameters: Vec<String> = parameters.collect();
        let returned = match &signature.output {
            ReturnType::Type(_, ty) => text(ty),
            ReturnType::Default => String::new(),
        };
        if is_client {
            if returned.ends_with("< '_ , Access >") {
                let handle = returned.split(' ').next().unwrap().to_owned();
                self.accessors.insert(handle, name);
            }
        } else if !has_self && name == "new" {
            self.constructors.insert(owner.to_owned(), parameters);
        } else if has_self && returned == "Self" {
            let setters = self.setters.entry(owner.to_owned()).or_default();
            setters.push((name, parameters));
        } else if has_self && let [request] = parameters.as_slice() {
            let bounds = text(&signature.generics.where_clause);
            self.methods.push(Method {
                owner: owner.to_owned(),
                name,
                request: request.clone(),
                response: returned,
                access: match bounds {
                    bounds if bounds.contains("CanDestroy") => "Full",
                    bounds if bounds.contains("CanWrite") => "ReadWrite",
                    _ => "ReadOnly",
                },
            });
        }
    }

    fn program(&self, catalog: &str, way: Way) -> String {
        let mut runtime = self.runtime.clone();
        runtime.extend(["Full", "ReadOnly", "ReadWrite"].map(str::to_owned));
        let runtime = runtime.into_iter().collect::<Vec<_>>().join(", ");
        let mut program = format!(
            "use std::collections::BTreeMap;\n\
             use toolsmith_runtime::codegen::{{{runtime}}};\n\
             use sdk::{catalog}::*;\n\n\
             fn any<T>() -> T {{ unimplemented!() }}\n\n"
        );
        let mut count = 0;
        let mut function = |parameters: &str, body: &str| {
            let _ = writeln!(program, "fn f{count}({parameters}) {{ {body} }}");
            count += 1;
        };
        match way {
            Way::Typed | Way::Literals => {
                let value = match way {
                    Way::Literals => literal,
                    _ => typed,
                };
                for (name, parameters) in &self.constructors {
                    function("", &self.construction(name, parameters, value));
                }
            }
            Way::RequestFields => {
                for name in self.constructors.keys() {
                    function(&format!("value: {name}"), &self.reads(name));
                }
            }
        }
        if way == Way::Typed {
            for name in self.structs.keys() {
                if !self.constructors.contains_key(name) {
                    function(&format!("value: {name}"), &self.reads(name));
                }
            }
            for method in &self.methods {
                let parameters = format!("client: sdk::{catalog}::Client<{}>", method.access);
                function(&parameters, &self.call(method));
            }
            for item in &self.enums {
                function("", &variants(item));
            }
            for (source, target) in &self.conversions {
                function(
                    "",
                    &format!("let _: {target} = {target}::from(any::<{source}>());"),
                );
            }
            for name in &self.defaults {
                function(
                    "",
                    &format!("let _: {name} = <{name} as Default>::default();"),
                );
            }
        }
        program
    }

    /// Returns statements that create a value with all setters.
    fn construction(&self, name: &str, parameters: &[String], value: fn(&str) -> String) -> String {
        let list = |parameters: &[String]| {
            let values = parameters.iter().map(|parameter| value(parameter));
            values.collect::<Vec<_>>().join(", ")
        };
        let setters = self.setters.get(name).into_iter().flatten();
        let setters = setters.map(|(setter, types)| format!(".{setter}({})", list(types)));
        let setters: String = setters.collect();
        format!(
            "let _: {name} = {name}::new({}){setters};",
            list(parameters)
        )
    }

    fn reads(&self, name: &str) -> String {
        let fields = self.structs.get(name).into_iter().flatten();
        let reads = fields.map(|(field, ty)| format!("let _: {ty} = value.{field}; "));
        reads.collect()
    }

    fn call(&self, method: &Method) -> String {
        let Method {
            owner,
            name,
            request,
            response,
            ..
        } = method;
        let handle = match self.accessors.get(owner) {
            Some(accessor) => format!("client.{accessor}()"),
            None => "client".to_owned(),
        };
        format!("let _: {response} = {handle}.{name}(any::<{request}>());")
    }
}

/// Returns statements that make and match every variant.
fn variants(item: &ItemEnum) -> String {
    let name = &item.ident;
    let statements = item.variants.iter().map(|variant| {
        let variant_name = &variant.ident;
        match &variant.fields {
            Fields::Unnamed(fields) => {
                let ty = text(&fields.unnamed[0].ty);
                format!(
                    "let _ = {name}::{variant_name}(any::<{ty}>()); \
                     if let {name}::{variant_name}(value) = any() {{ let _: {ty} = value; }} "
                )
            }
            _ => format!("let _: {name} = {name}::{variant_name}; "),
        }
    });
    statements.collect()
}

/// Returns a value of the type of a parameter.
fn typed(parameter: &str) -> String {
    format!("any::<{}>()", value_type(parameter))
}

/// Returns a literal that a parameter takes, or a value of its type.
fn literal(parameter: &str) -> String {
    let literal = match parameter {
        "bool" => "true",
        "i64" | "u64" => "1",
        "f64" => "1.5",
        "impl Into < String >" => "\"x\"",
        _ if parameter.starts_with("impl IntoId <") => "\"x\"",
        _ => return typed(parameter),
    };
    literal.to_owned()
}

/// Returns the type of the values that a parameter holds: `String` for `impl Into<String>`.
fn value_type(parameter: &str) -> String {
    let parsed: Type = syn::parse_str(parameter).unwrap();
    if let Type::ImplTrait(item) = &parsed
        && let Some(TypeParamBound::Trait(bound)) = item.bounds.first()
        && let Some(ty) = inner(&bound.path.segments.last().unwrap().arguments)
    {
        return text(&ty);
    }
    parameter.to_owned()
}

fn inner(arguments: &PathArguments) -> Option<Type> {
    let PathArguments::AngleBracketed(arguments) = arguments else {
        return None;
    };
    match arguments.args.first() {
        Some(GenericArgument::Type(ty)) => Some(ty.clone()),
        _ => None,
    }
}

fn name_of(ty: &Type) -> String {
    match ty {
        Type::Path(path) => path.path.segments.last().unwrap().ident.to_string(),
        other => text(other),
    }
}
