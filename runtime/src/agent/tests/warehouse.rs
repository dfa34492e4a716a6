//! The catalog of a warehouse, whose names look alike.

#![allow(
    unreachable_pub,
    reason = "the macros declare public items, as in generated code"
)]

use std::collections::BTreeMap;

use crate::codegen::{Object, Shape, Slots, Value, check_as, slots_of};
use crate::objects;
use crate::tools::{CatalogSpec, Effect, IdArgument, IdKind, ToolSpec};

struct Orders {
    order_ids: Vec<String>,
}

struct Order {
    order_id: String,
}

struct Refund {
    order_id: String,
    amount_cents: Option<i64>,
    reason: Option<String>,
}

struct Product {
    title: String,
    weight_kg: f64,
    attributes: Option<BTreeMap<String, String>>,
    stock: Option<BTreeMap<String, i64>>,
    size: Option<Size>,
    codes: Option<Vec<String>>,
    is_listed: Option<bool>,
    key: Option<String>,
}

struct Size {
    length_cm: f64,
    width_cm: Option<f64>,
}

macro_rules! object {
    ($name:ident, $required:expr, $optional:expr, $($field:ident),+) => {
        impl Object for $name {
            const SHAPE: Shape = Shape {
                name: stringify!($name),
                required: $required,
                optional: $optional,
                ..Shape::IN_BODY
            };

            fn empty() -> Self {
                Self { $($field: Value::blank()),+ }
            }

            fn slots(&mut self) -> Slots<'_> {
                slots_of([$(&mut self.$field),+])
            }
        }
    };
}

object!(Orders, "order_ids", "", order_ids);
object!(Order, "order_id", "", order_id);
object!(
    Refund,
    "order_id",
    "amount_cents reason",
    order_id,
    amount_cents,
    reason
);
object!(
    Product,
    "title weight_kg",
    "attributes stock size codes is_listed key",
    title,
    weight_kg,
    attributes,
    stock,
    size,
    codes,
    is_listed,
    key
);
object!(Size, "length_cm", "width_cm", length_cm, width_cm);

objects!(
    Orders(order_ids),
    Order(order_id),
    Refund(order_id, amount_cents, reason),
    Product(
        title, weight_kg, attributes, stock, size, codes, is_listed, key
    ),
    Size(length_cm, width_cm)
);

static ORDER_ID: IdKind = IdKind {
    name: "OrderId",
    noun: "order",
    sources: &[],
};

static DELETE_ORDERS: ToolSpec = ToolSpec {
    takes: &[IdArgument::Required("/order_ids/*", &ORDER_ID)],
    ..ToolSpec::new(
        "delete_orders",
        Effect::Destroys,
        &Orders::SHAPE,
        check_as::<Orders>,
    )
};
static SCHEDULE_PICKUP: ToolSpec = ToolSpec {
    takes: &[IdArgument::Required("/order_ids/*", &ORDER_ID)],
    ..ToolSpec::new(
        "schedule_pickup",
        Effect::Writes,
        &Orders::SHAPE,
        check_as::<Orders>,
    )
};
static GET_ORDER: ToolSpec = ToolSpec {
    takes: &[IdArgument::Required("/order_id", &ORDER_ID)],
    ..ToolSpec::new("get_order", Effect::Reads, &Order::SHAPE, check_as::<Order>)
};
static REFUND_ORDER: ToolSpec = ToolSpec {
    takes: &[IdArgument::Required("/order_id", &ORDER_ID)],
    ..ToolSpec::new(
        "refund_order",
        Effect::Writes,
        &Refund::SHAPE,
        check_as::<Refund>,
    )
};
static CREATE_PRODUCT: ToolSpec = ToolSpec {
    body_schema: PRODUCT_SCHEMA,
    ..ToolSpec::new(
        "create_product",
        Effect::Writes,
        &Product::SHAPE,
        check_as::<Product>,
    )
};
static UPDATE_PRODUCT: ToolSpec = ToolSpec {
    body_schema: PRODUCT_SCHEMA,
    ..ToolSpec::new(
        "update_product",
        Effect::Writes,
        &Product::SHAPE,
        check_as::<Product>,
    )
};

const PRODUCT_SCHEMA: &str = r#"{"properties": {"title": {}, "weight_kg": {}, "attributes": {}, "stock": {},
    "size": {"properties": {"length_cm": {}, "width_cm": {}}}, "codes": {}, "is_listed": {}, "key": {}}}"#;

pub(super) static CATALOG: CatalogSpec = CatalogSpec::of_tools(
    "warehouse",
    &[
        &CREATE_PRODUCT,
        &DELETE_ORDERS,
        &GET_ORDER,
        &REFUND_ORDER,
        &SCHEDULE_PICKUP,
        &UPDATE_PRODUCT,
    ],
);
