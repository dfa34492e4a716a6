//! A server that runs the script, without a network.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use mlua::{Lua, Table, Value, Variadic};
use toolsmith_runtime::rate_limit::store::{Lease, LeaseRequest};

use super::{SOURCE, arguments, lease};

/// The part of a server that the script needs.
#[derive(Clone)]
pub(super) struct Server {
    lua: Lua,
    script: mlua::Function,
    now: Rc<RefCell<u64>>,
    pub(super) hash: Rc<RefCell<BTreeMap<String, String>>>,
}

thread_local! {
    pub(super) static SERVER: Server = Server::new();
}

impl Server {
    fn new() -> Self {
        let lua = Lua::new();
        let now = Rc::new(RefCell::new(0));
        let hash: Rc<RefCell<BTreeMap<String, String>>> = Rc::default();
        let (clock, kept) = (Rc::clone(&now), Rc::clone(&hash));
        let call = move |lua: &Lua, arguments: Variadic<Value>| {
            let arguments: Vec<String> = arguments
                .iter()
                .map(|value| value.to_string().unwrap())
                .collect();
            let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
            let mut hash = kept.borrow_mut();
            let reply = match arguments[..] {
                ["TIME"] => {
                    let now = *clock.borrow();
                    vec![(now / 1000).to_string(), (now % 1000 * 1000).to_string()]
                }
                ["HGETALL", "lane"] => hash
                    .iter()
                    .flat_map(|(field, value)| [field.clone(), value.clone()])
                    .collect(),
                ["HSET", "lane", field, value] => {
                    hash.insert(field.to_owned(), value.to_owned());
                    Vec::new()
                }
                ["HDEL", "lane", field] => {
                    hash.remove(field);
                    Vec::new()
                }
                ["PEXPIRE", "lane", time] => {
                    assert!(time.parse::<u64>().unwrap() > 0);
                    Vec::new()
                }
                _ => panic!("the script calls {arguments:?}"),
            };
            lua.create_sequence_from(reply)
        };
        let redis = lua.create_table().unwrap();
        redis
            .set("call", lua.create_function(call).unwrap())
            .unwrap();
        lua.globals().set("redis", redis).unwrap();
        lua.globals().set("KEYS", vec!["lane"]).unwrap();
        let script = lua.load(SOURCE).into_function().unwrap();
        Self {
            lua,
            script,
            now,
            hash,
        }
    }

    pub(super) fn exchange(&self, now: u64, request: &LeaseRequest) -> Lease {
        *self.now.borrow_mut() = now;
        let strings = arguments(request).map(|argument| argument.to_string());
        self.lua.globals().set("ARGV", strings.to_vec()).unwrap();
        let reply: Table = self.script.call(()).unwrap();
        // A server cuts fractions off; here, there are none.
        let reply: Vec<i64> = reply.sequence_values().map(Result::unwrap).collect();
        lease(&reply).unwrap()
    }
}
