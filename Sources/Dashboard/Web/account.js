// The page behind the links in mails. The token stands behind `#`, so no server and no log has seen it; nothing happens
// until the button is pressed, so that a mail filter that opens links spends none.

import * as api from "./api.js";

const actions = {
  "verify-email": {
    title: "Confirm your address",
    notice: "One tap, and the address is yours here.",
    button: "Confirm the address",
    send: ({ token }) => api.verifyEmail(token),
    done: "Confirmed. You can sign in now.",
  },
  "reset-password": {
    title: "Choose a new password",
    notice: "At least ten characters. All devices are signed out then.",
    button: "Set the password",
    fields: ["password"],
    send: ({ token, password }) => api.confirmReset(token, password),
    done: "Your new password is set. Sign in with it.",
  },
  "not-me": {
    title: "It was not you?",
    notice: "One tap signs that device out, and sends you a mail to choose a new password.",
    button: "Sign that device out",
    send: ({ token }) => api.notMe(token),
    done: "That device is signed out. Choose a new password now: a link is on its way to you.",
  },
  forgot: {
    title: "Forgotten your password?",
    notice: "A link to choose a new one goes to your address, if it has an account here.",
    button: "Send the link",
    fields: ["email"],
    send: ({ email }) => api.requestReset(email),
    done: "If the address has an account here, a link is on its way. It works for half an hour.",
  },
};

const element = (id) => document.getElementById(id);
const [name, token] = location.hash.slice(1).split("=");
const action = actions[name];
// Neither the history nor somebody at the screen needs the token any longer.
history.replaceState(null, "", location.pathname);

function say(id, text) {
  element(id).textContent = text;
  element(id).hidden = !text;
}

function open() {
  element("title").textContent = action.title;
  say("notice", action.notice);
  for (const field of action.fields ?? []) element(`${field}-row`).hidden = false;
  say("submit", action.button);
  element(action.fields?.[0] ?? "submit").focus();
}

async function send(event) {
  event.preventDefault();
  say("problem", "");
  element("submit").disabled = true;
  try {
    await action.send({ token, email: element("email").value.trim(), password: element("password").value });
    say("notice", action.done);
    for (const id of ["submit", "email-row", "password-row"]) element(id).hidden = true;
  } catch (error) {
    const reasons = (error.errors ?? []).map(({ message }) => message);
    say("problem", reasons.length > 0 ? reasons.join(" ") : error.detail ?? error.title);
  } finally {
    element("submit").disabled = false;
    element("password").value = "";
  }
}

if (action) {
  open();
  element("request").addEventListener("submit", send);
} else {
  say("notice", "This link is not complete. Open it from the mail once more.");
}
