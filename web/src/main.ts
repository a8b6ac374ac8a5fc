/** Wiring: state from the address, the page, and the address from the state. */
import { mount } from "svelte";
import App from "./App.svelte";
import { Session } from "./session.svelte";
import { ready } from "./texts";
import { fromHash, unreadParts } from "./url";
// By room, from the whole to the parts; what a room shows on another width stands in its own file.
import "./styles/base.css";
import "./styles/layout.css";
import "./styles/frame.css";
import "./styles/choices.css";
import "./map/map.css";
import "./legend/legend.css";
import "./slider/slider.css";
import "./list/list.css";
import "./panel/panel.css";
import "./takeaway/takeaway.css";
import "./takeaway/embed.css";
import "./takeaway/print.css";

const wish = fromHash(location.hash);
// A language that does not arrive is German, and the page says itself what else does not.
await ready(wish.language).catch(() => undefined);
const session = new Session(location.origin, wish);
session.unread = unreadParts(location.hash);
const target = document.getElementById("page");
if (target) mount(App, { target, props: { session } });
void session.open();
session.watch.start();
