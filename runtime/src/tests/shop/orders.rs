//! Orders: what tests the places where arguments travel.

use std::collections::BTreeMap;

use toolsmith_runtime::codegen::{
    ArgumentLocation, Call, CanDestroy, CanWrite, Effect, Extra, Json, Listing, Object, Resource,
    Shape, Slots, ToolSpec, UnknownFields, Value, check_as, objects, slots_of,
};

use super::types::OrderId;

/// Operations on orders.
#[derive(Debug)]
pub struct Orders<'a, Access>(pub(super) Resource<'a, Access>);

impl<Access> Orders<'_, Access> {
    /// Lists orders, with a filter of any depth.
    pub fn list(&self, request: ListOrders) -> Listing<Json> {
        self.0.list(&LIST_ORDERS, request)
    }

    /// Finds an order by its number: a method of its own that only reads.
    pub fn find_order(&self, request: FindOrder) -> Call<Order> {
        self.0.call(&FIND_ORDER, request)
    }

    /// Sets the tags of all orders; the body is a list.
    pub fn set_tags(&self, request: SetTags) -> Call<Json>
    where
        Access: CanWrite,
    {
        self.0.call(&SET_TAGS, request)
    }

    /// Cancels an order; the identifier stands in the path, the query and the body.
    pub fn cancel(&self, request: CancelOrder) -> Call<Json>
    where
        Access: CanDestroy,
    {
        self.0.call(&CANCEL_ORDER, request)
    }
}

/// Arguments of [`Orders::list`].
#[non_exhaustive]
pub struct ListOrders {
    /// A filter of any depth.
    pub filter: Option<BTreeMap<String, Json>>,
    /// What the catalog does not name.
    pub extra: Extra,
}

impl ListOrders {
    /// The required arguments.
    pub fn new() -> Self {
        Self::empty()
    }
}

impl Object for ListOrders {
    const SHAPE: Shape = Shape {
        name: "ListOrders",
        optional: &["filter"],
        unknown_fields: UnknownFields::Keep,
        ..Shape::IN_QUERY
    };

    fn empty() -> Self {
        Self {
            filter: None,
            extra: Value::blank(),
        }
    }

    fn slots(&mut self) -> Slots<'_> {
        slots_of([&mut self.filter, &mut self.extra])
    }
}

/// The tool of [`ListOrders`].
pub static LIST_ORDERS: ToolSpec = ToolSpec {
    title: "List all shop orders",
    description: "Lists orders.",
    resource: "orders",
    method: "list",
    tags: &["orders"],
    is_idempotent: true,
    request: "shop::ListOrders",
    ..ToolSpec::new(
        "list_all_shop_orders",
        Effect::Reads,
        &ListOrders::SHAPE,
        check_as::<ListOrders>,
    )
};

/// Arguments of [`Orders::find_order`].
#[non_exhaustive]
pub struct FindOrder {
    /// Its number.
    pub number: f64,
    /// Who asks: declared in the query and in the body.
    pub tenant: Option<String>,
}

impl FindOrder {
    /// The required arguments.
    pub fn new(number: impl Into<f64>) -> Self {
        Self {
            number: number.into(),
            tenant: None,
        }
    }

    /// Who asks.
    #[must_use]
    pub fn tenant(mut self, tenant: impl Into<String>) -> Self {
        self.tenant = Some(tenant.into());
        self
    }
}

impl Object for FindOrder {
    const SHAPE: Shape = Shape {
        name: "FindOrder",
        required: &["number"],
        optional: &["tenant"],
        other_locations: &[("tenant", ArgumentLocation::QueryAndBody)],
        ..Shape::IN_QUERY
    };

    fn empty() -> Self {
        Self {
            number: Value::blank(),
            tenant: None,
        }
    }

    fn slots(&mut self) -> Slots<'_> {
        slots_of([&mut self.number, &mut self.tenant])
    }
}

/// The tool of [`FindOrder`].
pub static FIND_ORDER: ToolSpec = ToolSpec {
    title: "Shop orders find order",
    description: "Finds an order by its number.",
    resource: "orders",
    method: "find_order",
    tags: &["orders"],
    is_idempotent: true,
    request: "shop::FindOrder",
    ..ToolSpec::new(
        "shop_orders_find_order",
        Effect::Reads,
        &FindOrder::SHAPE,
        check_as::<FindOrder>,
    )
};

/// Arguments of [`Orders::set_tags`].
#[non_exhaustive]
pub struct SetTags {
    /// The tags.
    pub items: Vec<String>,
}

impl SetTags {
    /// The required arguments.
    pub fn new<Item: Into<String>>(items: impl IntoIterator<Item = Item>) -> Self {
        Self {
            items: items.into_iter().map(Into::into).collect(),
        }
    }
}

impl Object for SetTags {
    const SHAPE: Shape = Shape {
        name: "SetTags",
        required: &["items"],
        other_locations: &[("items", ArgumentLocation::WholeBody)],
        ..Shape::IN_QUERY
    };

    fn empty() -> Self {
        Self {
            items: Value::blank(),
        }
    }

    fn slots(&mut self) -> Slots<'_> {
        slots_of([&mut self.items])
    }
}

/// The tool of [`SetTags`].
pub static SET_TAGS: ToolSpec = ToolSpec {
    title: "Shop orders set tags",
    description: "Sets the tags of all orders.",
    resource: "orders",
    method: "set_tags",
    tags: &["orders"],
    request: "shop::SetTags",
    ..ToolSpec::new(
        "shop_orders_set_tags",
        Effect::Writes,
        &SetTags::SHAPE,
        check_as::<SetTags>,
    )
};

/// Arguments of [`Orders::cancel`].
#[non_exhaustive]
pub struct CancelOrder {
    /// The order.
    pub id: OrderId,
}

impl CancelOrder {
    /// The required arguments.
    pub fn new(id: impl Into<OrderId>) -> Self {
        Self { id: id.into() }
    }
}

impl Object for CancelOrder {
    const SHAPE: Shape = Shape {
        name: "CancelOrder",
        required: &["id"],
        other_locations: &[("id", ArgumentLocation::PathAndBody)],
        ..Shape::IN_QUERY
    };

    fn empty() -> Self {
        Self { id: Value::blank() }
    }

    fn slots(&mut self) -> Slots<'_> {
        slots_of([&mut self.id])
    }
}

/// The tool of [`CancelOrder`].
pub static CANCEL_ORDER: ToolSpec = ToolSpec {
    title: "Update a shop order cancel by id",
    description: "Cancels an order.",
    resource: "order_cancel",
    method: "update",
    tags: &["orders"],
    is_idempotent: true,
    request: "shop::CancelOrder",
    ..ToolSpec::new(
        "update_a_shop_order_cancel_by_id",
        Effect::Destroys,
        &CancelOrder::SHAPE,
        check_as::<CancelOrder>,
    )
};

/// An order.
#[non_exhaustive]
pub struct Order {
    /// Identifies it.
    pub id: OrderId,
    /// What the catalog does not name.
    pub extra: Extra,
}

impl Object for Order {
    const SHAPE: Shape = Shape {
        name: "Order",
        required: &["id"],
        ..Shape::RECORD
    };

    fn empty() -> Self {
        Self {
            id: Value::blank(),
            extra: Value::blank(),
        }
    }

    fn slots(&mut self) -> Slots<'_> {
        slots_of([&mut self.id, &mut self.extra])
    }
}

objects!(
    CancelOrder(id),
    FindOrder(number, tenant),
    ListOrders(filter, extra),
    Order(id, extra),
    SetTags(items)
);
