//! `/`: the page for people, links for programs.

mod http_support;

use axum::http::{Method, StatusCode};
use http_support::Server;

#[tokio::test]
async fn a_browser_gets_a_page_that_may_load_from_this_server_only() {
    let server = Server::new();
    let browser = [("accept", "text/html,application/xhtml+xml,*/*;q=0.8")];
    let page = server.ask(Method::GET, "/", &browser).await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    assert!(page.text().contains("<html"));
    let policy = page.header("content-security-policy");
    assert!(policy.starts_with("default-src 'self'") && !policy.contains("unsafe"), "{policy}");
    assert_eq!(page.header("x-content-type-options"), "nosniff");
    assert!(!page.header("referrer-policy").is_empty());
    assert_eq!(page.header("vary"), "accept, accept-encoding");
    let tag = page.header("etag").to_owned();
    let again = server.ask(Method::GET, "/", &[browser[0], ("if-none-match", &tag)]).await;
    assert_eq!(again.status, StatusCode::NOT_MODIFIED);
}

#[tokio::test]
async fn a_program_gets_links_by_header_or_parameter() {
    let server = Server::new();
    let asked = server.ask(Method::GET, "/", &[("accept", "application/json")]).await;
    assert_eq!(asked.header("vary"), "accept, accept-encoding");
    let links = asked.json()["links"].clone();
    assert_eq!(links, server.json("/?f=json").await["links"]);
    for (name, url) in links.as_object().unwrap() {
        let path = http_support::path_of(url.as_str().unwrap());
        let path = if name == "sprite" { format!("{path}.json") } else { path };
        assert_eq!(server.get(&path).await.status, StatusCode::OK, "{name}");
    }
    assert_eq!(server.problem("/?f=xml", 400).await["allowed"], serde_json::json!(["html", "json"]));
}
