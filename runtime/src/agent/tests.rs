//! Tests of a toolbox on the catalog of the shop.
