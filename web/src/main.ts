/** Wiring: state from the address, the page, and the address from the state. */
import { mount } from "svelte";
import App from "./App.svelte";
import { Session } from "./session.svelte";
import { fromHash } from "./url";
import "./styles.css";

const session = new Session(location.origin, fromHash(location.hash));
const target = document.getElementById("page");
if (target) mount(App, { target, props: { session } });
void session.open();
