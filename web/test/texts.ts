/** Tests speak both languages at once. */
import { ready } from "../src/texts";

await ready("en");
