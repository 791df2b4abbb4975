//! The address of a client. What a header says of it counts only where a proxy that is trusted wrote it.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::{
    extract::ConnectInfo,
    http::{Extensions, HeaderMap},
};
use ipnet::IpNet;

/// Who asks, as a key to count by: an IPv6 client has a whole /64 to itself.
pub(super) fn key(headers: &HeaderMap, extensions: &Extensions, proxies: &[IpNet]) -> String {
    let peer = extensions.get::<ConnectInfo<SocketAddr>>().map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |info| info.0.ip());
    match address(headers, peer, proxies) {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

/// From the nearest hop outwards, the first that is no trusted proxy.
fn address(headers: &HeaderMap, peer: IpAddr, proxies: &[IpNet]) -> IpAddr {
    let trusted = |address: &IpAddr| proxies.iter().any(|network| network.contains(address));
    let mut nearest = peer.to_canonical();
    let lines: Vec<&str> = headers.get_all("x-forwarded-for").iter().filter_map(|v| v.to_str().ok()).collect();
    for hop in lines.iter().rev().flat_map(|line| line.rsplit(',')) {
        if !trusted(&nearest) {
            break;
        }
        let Ok(before) = hop.trim().parse::<IpAddr>() else { break };
        nearest = before.to_canonical();
    }
    nearest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_trusted_proxy_says_counts() {
        let proxies = ["10.0.0.0/8".parse().unwrap(), "2001:db8::1/128".parse().unwrap()];
        for (peer, said, is) in [
            ("192.0.2.1", &["198.51.100.9"][..], "192.0.2.1"),
            ("10.0.0.1", &[], "10.0.0.1"),
            ("10.0.0.1", &["198.51.100.9"], "198.51.100.9"),
            ("10.0.0.1", &["203.0.113.5, 198.51.100.9, 10.2.3.4"], "198.51.100.9"),
            ("10.0.0.1", &["203.0.113.5", "198.51.100.9"], "198.51.100.9"),
            ("10.0.0.1", &["198.51.100.9, nonsense"], "10.0.0.1"),
            ("::ffff:10.0.0.1", &["198.51.100.9"], "198.51.100.9"),
            ("2001:db8::1", &["2001:db8:1:2:3::4"], "2001:db8:1:2:3::4"),
        ] {
            let mut headers = HeaderMap::new();
            for line in said {
                headers.append("x-forwarded-for", line.parse().unwrap());
            }
            assert_eq!(
                address(&headers, peer.parse().unwrap(), &proxies),
                is.parse::<IpAddr>().unwrap(),
                "{peer} {said:?}"
            );
        }
    }

    #[test]
    fn an_ipv6_client_is_counted_by_its_network() {
        let mut extensions = Extensions::new();
        extensions.insert(ConnectInfo("[2001:db8:1:2:3::4]:80".parse::<SocketAddr>().unwrap()));
        assert_eq!(key(&HeaderMap::new(), &extensions, &[]), "2001:db8:1:2::/64");
    }
}
