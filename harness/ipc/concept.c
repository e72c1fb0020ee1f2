/* SPDX-License-Identifier: MIT */
/* The pages of the concepts. */
#include "ipc/concept.h"

const char *const concept_way_names[CONCEPT_WAYS + 1] = {"N", "E", "X", NULL};

const char *const concept_family_names[CONCEPT_FAMILIES + 1] = {
	"basics",     "endpoints", "partners", "procedures",
	"asynchrony", "channels",  NULL,
};

const struct concept_page concept_pages[CONCEPTS] = {
	[CONCEPT_CHANNEL] =
		{"1", "channel", "gemeinsame Variable und Kanal",
		 "shared variable and channel", CONCEPT_BASICS,
		 "Two processes can share a variable, which both may touch at "
		 "any time, or a channel, which hands a message over. Who "
		 "reads a variable waits for nothing, and may find half of an "
		 "old value and half of a new one. Who receives from a channel "
		 "waits until there is a whole message: the channel brings "
		 "data and order at once.\n"
		 "A record is passed through plain shared memory and through "
		 "the channel; the time per record and the share of torn or "
		 "lost ones are measured. A channel may tear, lose and repeat "
		 "nothing. That proves something only where plain memory was "
		 "seen to fail in the same run.\n"},
	[CONCEPT_EXCHANGE] =
		{"2", "exchange", "Nachrichtenaustausch", "message passing",
		 CONCEPT_BASICS,
		 "A message is received after it was sent, never before. The "
		 "calls need not come in that order: a receive may come first, "
		 "and then waits for the send. So a message orders what two "
		 "processes do without any other agreement between them.\n"
		 "The two orders cost different things: a message that came "
		 "early lies in a queue, and one that came late is handed to "
		 "somebody who sleeps. Both are timed. From marks of one clock "
		 "it is proved that no message was there before its send had "
		 "begun, that each came once, and that those of one sender "
		 "kept their order.\n"},
	[CONCEPT_BUFFER] =
		{"3", "bounded-buffer",
		 "Erzeuger, Verbraucher, begrenzter Puffer",
		 "producer, consumer, bounded buffer", CONCEPT_BASICS,
		 "A receiver cannot go on without a message, which it uses up. "
		 "A sender cannot go on without a buffer, which it gets back. "
		 "A channel of bounded size ties both together: the producer "
		 "waits while it is full, the consumer while it is empty.\n"
		 "The buffer's size is an option, as is who of the two is "
		 "slow; messages per second and the time that each side waits "
		 "come out. Proved is that what was produced and not yet "
		 "consumed is never less than nothing, never more than the "
		 "buffer holds, and nothing in the end.\n"},
	[CONCEPT_PRIMITIVES] =
		{"4", "primitives", "grundlegende Operationen",
		 "send, receive, reply, relay", CONCEPT_BASICS,
		 "A send may wait for the receive or for the reply, or for "
		 "nobody. A receive waits for a message, unless it is told "
		 "not to. A reply answers a request that was received, and a "
		 "relay passes it on to be received elsewhere; neither waits, "
		 "since the client that they serve waits already.\n"
		 "Each of them is timed by itself, from one process into the "
		 "other, and is tried with its partner absent, waiting and "
		 "late. A call counts as waiting if it lasted as long as the "
		 "partner was late and the kernel or the CPU clock saw it "
		 "wait.\n"},
	[CONCEPT_SELECTIVE_RECEIVE] =
		{"5a", "selective-receive", "selektives Empfangen",
		 "selective receive", CONCEPT_BASICS,
		 "The receiver names what it wants: a type, an urgency, a "
		 "sender, a length, an age. It gets the oldest or the youngest "
		 "message that fits, or waits for one. What does not fit stays "
		 "behind in its order.\n"
		 "System V queues choose by type, POSIX queues by priority, "
		 "some sockets by sender. Elsewhere the receiver takes "
		 "everything and keeps what it does not want in a save queue "
		 "of its own. The cost is drawn against the number of messages "
		 "that do not fit. Proved is that the chosen one was the right "
		 "one, and that those skipped come later, all and in order.\n"},
	[CONCEPT_SELECTIVE_SEND] =
		{"5b", "selective-send", "selektives Senden", "selective send",
		 CONCEPT_BASICS,
		 "The other way round: a message leaves only when a receiver "
		 "has offered to take it. With several offers one is chosen, "
		 "or all are served; without any the sender waits.\n"
		 "No system call of Linux tests for a waiting receiver and "
		 "hands over in one step, so offers are messages or words "
		 "that run the other way. Measured are the time from offer to "
		 "match and the offers that nobody used. Proved is that no "
		 "message was sent before its offer, and never more were "
		 "under way than had been offered.\n"},
	[CONCEPT_TAX] =
		{"6", "tax", "IPC und Ein-/Ausgabe",
		 "service by message or by procedure", CONCEPT_BASICS,
		 "In a system built of processes a service is a process, "
		 "asked by message. In a system built of procedures it is a "
		 "part of the kernel or a library, and is called. The work is "
		 "the same, the way there is not.\n"
		 "One service is run three ways over the same log of "
		 "operations: as a function, as a system call, and as a server "
		 "that this back-end reaches. The two ratios are the tax on "
		 "messages. All forms have to end with the same state, or "
		 "they did not do the same work.\n"},
	[CONCEPT_NAMING] =
		{"7", "naming", "socket, bind, close", "endpoints and names",
		 CONCEPT_ENDPOINTS,
		 "An endpoint is made, gets a name by which strangers find it, "
		 "and goes away again. A name belongs to one endpoint at a "
		 "time. A path in the file system stays when its endpoint is "
		 "gone; an abstract name or a port is free at once.\n"
		 "Timed are making, naming and closing. Proved is that a "
		 "second one of the same name is refused, that the name can "
		 "be had again when it should be, and that no descriptor is "
		 "left.\n"},
	[CONCEPT_ACCEPT] =
		{"8", "accept", "connect, listen, accept",
		 "connections and their queue", CONCEPT_ENDPOINTS,
		 "A server listens, and the kernel keeps up to a backlog of "
		 "clients that asked for a connection. Accept takes the oldest "
		 "of them and gives the server a new socket. With a full "
		 "queue a client waits, is refused, or stays in doubt, which "
		 "differs between protocols.\n"
		 "A storm of clients runs into backlogs of different length; "
		 "connections per second and the slowest ones come out. "
		 "Counted is how many a backlog admits, and a table tells "
		 "which options a new socket really takes over from the one "
		 "that listened: fewer than textbooks say.\n"},
	[CONCEPT_FORMS] =
		{"9", "forms", "send und recv, Formen und Flags",
		 "forms of send and receive", CONCEPT_ENDPOINTS,
		 "One descriptor knows many calls: read and write, send and "
		 "recv, with an address, with several buffers, with several "
		 "messages. Flags change what they mean: do not wait, look "
		 "without taking, urgent data beside the others.\n"
		 "Each form that the back-end's descriptors take is timed on "
		 "the same traffic. Proved is that as many bytes come out as "
		 "went in, that records keep their ends where that was "
		 "promised, and that a flag does what its manual page says, "
		 "or is named as one without effect.\n"},
	[CONCEPT_MODELS] =
		{"10", "models", "gleich- und ungleichberechtigte Partner",
		 "peers, or client and server", CONCEPT_PARTNERS,
		 "Peers are alike: each sends and each receives, when it "
		 "likes. A client and a server are not: the one asks and waits "
		 "for an answer, the other waits to be asked.\n"
		 "The same payload goes both ways in both styles; round trip, "
		 "messages and switches are compared. The trace of each side "
		 "has to show its role: a peer does both, a client sends "
		 "nothing while it waits, a server begins nothing by "
		 "itself.\n"},
	[CONCEPT_DEADLOCK] =
		{"11", "deadlock", "Verklemmung Gleichberechtigter",
		 "deadlock of peers", CONCEPT_PARTNERS,
		 "Two peers send to each other before either receives. While "
		 "the channel has room, all is well. When it is full each "
		 "waits in its send for room that only the other one's "
		 "receive can give: a circle, and nobody in it goes on.\n"
		 "How many messages does that take? The number k* is predicted "
		 "from the buffers and found by bisection. With one message "
		 "less the run has to end; with k* both sides have to be found "
		 "asleep in their sends, which /proc tells. The remedies "
		 "(sends that do not wait, credits, a helper thread) have to "
		 "end at every k.\n"},
	[CONCEPT_ROLES] =
		{"12", "roles", "ungleichberechtigte Kommunikation",
		 "client and server: who waits", CONCEPT_PARTNERS,
		 "The client's send waits until the reply is there. The "
		 "server's receive waits until there is a request. Its reply "
		 "waits for nobody, as the client is known to wait for it.\n"
		 "Each side comes late in turn, and the other's time in its "
		 "call is measured; so is a reply to a client that is off its "
		 "PU. A call and a receive have to last as long as the partner "
		 "was late, a reply must not.\n"},
	[CONCEPT_SERVICE] =
		{"13", "service", "Client/Server-Kommunikation",
		 "many clients, many servers", CONCEPT_PARTNERS,
		 "A service has any number of clients, and may be run by "
		 "several servers. Each request is served once, and its reply "
		 "goes to the client that asked. Who shares a server waits "
		 "for those before it.\n"
		 "With the number of clients as an option, requests per second "
		 "are measured, the slowest client's wait, and how even the "
		 "shares are. Each reply has to bear the number of its "
		 "request and of its client, and no client may be passed over "
		 "for long.\n"},
	[CONCEPT_RELAY] =
		{"14", "relay", "Weiterleitung", "relay of a request",
		 CONCEPT_PARTNERS,
		 "By receiving a request a server gets the right to reply to "
		 "it. By relay it gives request and right to another server "
		 "(or to itself), perhaps changed, and goes on at once. The "
		 "client notices nothing and is answered by whoever received "
		 "last. Where rights cannot travel a server has to stay in "
		 "the middle as a proxy, and every reply goes back through "
		 "it.\n"
		 "The length of the chain is an option; time per hop and "
		 "messages on the way back are measured. Proved is that there "
		 "is one reply, from the last of the chain, and that a right "
		 "used twice is refused.\n"},
	[CONCEPT_REPLY] =
		{"15", "reply", "reply ist nicht send", "reply is not send",
		 CONCEPT_PARTNERS,
		 "A reply that is built from a send needs a buffer, as any "
		 "send does. Where a client asks and does not collect its "
		 "answers the buffer is full one day, and the server waits in "
		 "its reply while all others wait for the server. A native "
		 "reply needs none: the client that waits has brought the "
		 "room for it.\n"
		 "A rude client does just that; the server's time in replies "
		 "and the delay of its victims are measured. A native reply "
		 "must stay short. One on links must be seen to wait, at the "
		 "message at which its buffer is predicted to be full.\n"},
	[CONCEPT_RPC] =
		{"16", "rpc", "Prozedurfernaufruf", "remote procedure call",
		 CONCEPT_PROCEDURES,
		 "A remote call looks like a local one: a stub packs the "
		 "arguments into a request, a skeleton unpacks them and calls. "
		 "It is not one. Arguments are copied, so two that are the "
		 "same variable here are two there; and a server can die in "
		 "the middle.\n"
		 "Calls with arguments of several kinds are timed as local "
		 "calls, through stubs alone, and through the back-end. The "
		 "difference in passing has to be detected, not assumed; "
		 "executions are counted, and a client of a dead server has "
		 "to learn of it.\n"},
	[CONCEPT_STAGES] =
		{"17", "stages", "Ablauf eines Fernaufrufs",
		 "stages of a remote call", CONCEPT_PROCEDURES,
		 "A remote call runs through stages: the client's stub packs, "
		 "the request travels, the skeleton unpacks, the procedure "
		 "runs, and all of it again on the way back. Where does the "
		 "time go?\n"
		 "Each stage is stamped by one clock. The stages have to come "
		 "in their order and to add up to the whole within a few "
		 "percent, else the breakdown is worth nothing.\n"},
	[CONCEPT_RENDEZVOUS] =
		{"18", "rendezvous", "Rendezvous", "rendezvous",
		 CONCEPT_PROCEDURES,
		 "Two processes meet: the one asks for a rendezvous, the other "
		 "offers one or several, accepts one and carries it out. Who "
		 "comes first waits for the other. Values go straight from "
		 "variable to variable, in one direction or both, with no "
		 "buffer between; then the two part.\n"
		 "The partners come at different times, and the cost is drawn "
		 "against that skew. Neither may leave before both have come, "
		 "values must have changed sides, and a value that is changed "
		 "while its owner waits must arrive changed: it lay nowhere "
		 "else.\n"},
	[CONCEPT_COW] =
		{"19", "copy-on-write", "Kopieren beim Schreiben",
		 "copy on write", CONCEPT_PROCEDURES,
		 "A send takes the sender's right to write the message, a "
		 "receive gives the receiver a right to read it; both then "
		 "look at the same pages. Only who writes gets a copy, of the "
		 "page that it writes, from a fault. Who writes nothing "
		 "copies nothing.\n"
		 "The message's size and the fraction that is written are "
		 "options; time and faults are drawn against them, beside one "
		 "copy and two. Neither side may ever see what the other "
		 "wrote after the send, and faults must equal the pages "
		 "written, but for a constant that is named.\n"},
	[CONCEPT_COURSES] =
		{"20", "courses", "Kommunikationsverläufe",
		 "courses of communication", CONCEPT_ASYNCHRONY,
		 "What does a send ask for: its partner (synchronous), or a "
		 "buffer (asynchronous)? Does it wait when that is lacking, or "
		 "fail? Is everything delivered that was sent? Each mechanism "
		 "has its place on these axes.\n"
		 "Partners come late, buffers are filled, and the source is "
		 "overwritten after the send; what is then seen gives the "
		 "mechanism's labels, which have to be those that its table "
		 "declares.\n"},
	[CONCEPT_SENDER_SYNC] =
		{"21", "sender-sync", "sendeseitige Synchronisation",
		 "synchronisation of the sender", CONCEPT_ASYNCHRONY,
		 "The send waits until the receiver has called receive and has "
		 "the message. It needs no buffer between the two: the message "
		 "can stay where it is until it is fetched, and the receiver "
		 "fetches it and lets the sender go.\n"
		 "The receiver comes late, and the sender's time in its call "
		 "is measured. It may not be over before the receive had "
		 "begun. Pipes, sockets and queues do not do that: their send "
		 "is over when the buffer has the message. On top of them an "
		 "acknowledgement does, which the sender waits for.\n"},
	[CONCEPT_RECEIVER_SYNC] =
		{"22", "receiver-sync", "empfangsseitige Synchronisation",
		 "synchronisation of the receiver", CONCEPT_ASYNCHRONY,
		 "The receive waits until a message was sent and is there. The "
		 "sender is the active one: it brings the message and wakes "
		 "who waits for it.\n"
		 "The sender comes late, and the receiver's time in its call "
		 "is measured, as is the time from the send to the wake-up, "
		 "and whether the wait was sleep or a busy PU. The receive "
		 "may not be over before the send had begun.\n"},
	[CONCEPT_CLIENT_SYNC] =
		{"23", "client-sync", "clientseitige Synchronisation",
		 "synchronisation of the client", CONCEPT_ASYNCHRONY,
		 "The client waits in its send until the server has replied, "
		 "as a caller waits for a procedure to return. First it waits "
		 "to be received, then to be answered.\n"
		 "The server is late in the one and in the other, and the "
		 "client's time in its call is measured. The call may not be "
		 "over before the reply had begun.\n"},
	[CONCEPT_SERVER_SYNC] =
		{"24", "server-sync", "serverseitige Synchronisation",
		 "synchronisation of the server", CONCEPT_ASYNCHRONY,
		 "The server waits in its receive until some client has sent. "
		 "Whoever replies to that client may be another server, if the "
		 "request was relayed, and a server may be a client of others "
		 "in between.\n"
		 "The clients are late, and the server's time in its call is "
		 "measured. The receive may not be over before a request was "
		 "sent.\n"},
	[CONCEPT_BLOCKING_SEND] =
		{"25", "blocking-send", "pufferblockierendes Senden",
		 "send that waits for a buffer", CONCEPT_ASYNCHRONY,
		 "Sender and receiver share a buffer of bounded size. The send "
		 "is over as soon as the buffer has the message, and waits "
		 "only where it has no room; the receive waits only where it "
		 "is empty. Both copy, and each wakes the other. Nothing is "
		 "ever lost.\n"
		 "The link is filled until a send waits, which tells what it "
		 "holds, and the receiver comes late. A send with room must "
		 "not wait, one without must, and every message has to "
		 "arrive.\n"},
	[CONCEPT_UNRELIABLE_SEND] =
		{"26", "unreliable-send", "unzuverlässiges Senden",
		 "send that may fail", CONCEPT_ASYNCHRONY,
		 "Nobody waits: a send without room fails, a receive without a "
		 "message too, and both try again if they like. There are two "
		 "kinds, which must not be mixed up: a mechanism that tells "
		 "the sender, and one that loses the message and says "
		 "nothing.\n"
		 "More is sent than can be received, at several rates; what "
		 "arrives, what is lost and the time spent in vain are "
		 "measured. What was tried has to equal what arrived, what "
		 "was refused and what was dropped, to the message, and what "
		 "arrived must be in order.\n"},
	[CONCEPT_BUFFER_EXCHANGE] =
		{"27", "buffer-exchange", "nicht-kopierender Datentransfer",
		 "exchange of buffers", CONCEPT_ASYNCHRONY,
		 "The sender gives a full buffer and gets an empty one back; "
		 "the receiver gives an empty one and gets a full one. The "
		 "data stay where they are, and only who may touch them "
		 "changes. Where no buffer is left to swap the operation "
		 "waits or fails.\n"
		 "Time is measured over the message's size, where a copy grows "
		 "and an exchange need not. Proved is that each side owns as "
		 "many buffers as before, that no buffer ever has two owners, "
		 "and that nothing was copied.\n"},
	[CONCEPT_DUALITY] =
		{"28", "duality", "Dualität synchroner und asynchroner IPC",
		 "each of the two from the other", CONCEPT_ASYNCHRONY,
		 "Helper threads make synchronous sends asynchronous: they "
		 "wait in the place of those who have better things to do. An "
		 "acknowledgement makes asynchronous sends synchronous, and "
		 "brings the trouble of a reply that is a send.\n"
		 "The same traffic is run in all four forms; latency, rate and "
		 "extra switches are compared. All have to deliver the same "
		 "sequence. With helpers a send must not depend on the "
		 "receiver, with acknowledgements it must.\n"},
	[CONCEPT_RESOURCES] =
		{"29", "resources", "Kommunikation und Betriebsmittel",
		 "buffers and messages as resources", CONCEPT_ASYNCHRONY,
		 "A send needs a buffer: the receiver's own, or one between "
		 "the two. A receive needs a message: in the sender's memory, "
		 "or in between. Without its resource an operation waits or "
		 "fails, and without both nothing is communicated.\n"
		 "Each resource is taken away in turn, with operations that "
		 "wait and with such that do not, and what happens is "
		 "compared with what should. Overwriting the source after the "
		 "send tells where the message lay.\n"},
	[CONCEPT_ADDRESSING] =
		{"30", "addressing", "Port und Briefkasten", "port and mailbox",
		 CONCEPT_CHANNELS,
		 "A port belongs to a process: what is sent there is for that "
		 "one, and both sides know each other. A mailbox belongs to "
		 "nobody: many put messages in, and many take them out, each "
		 "message going to whoever is first.\n"
		 "Writers and readers of one link are varied; rate and shares "
		 "come out. What all sent has to be what all received, each "
		 "message by exactly one of them and in one piece. Where a "
		 "link is for all of its readers, each of them has to get "
		 "everything.\n"},
	[CONCEPT_CONNECTION] =
		{"31", "connection", "Verbindungen",
		 "connection: set-up, use, tear-down", CONCEPT_CHANNELS,
		 "To set a connection up takes resources and ties two ports "
		 "together, one way or both. In use it saves what every "
		 "message without one has to carry. To tear it down gives "
		 "everything back.\n"
		 "Each phase is timed by itself, which gives the number of "
		 "messages from which on set-up pays. A send before set-up "
		 "and after tear-down has to fail as the manual pages say, "
		 "what was sent before the end has to arrive, and nothing may "
		 "be left after many rounds.\n"},
	[CONCEPT_SUMMARY] =
		{"32", "summary", "Zusammenfassung", "summary: the axes",
		 CONCEPT_CHANNELS,
		 "Primitives, models, courses and channels are axes: a "
		 "mechanism has one place on each, and a program has to know "
		 "all of them.\n"
		 "So this is no mechanism but a check. Each back-end has each "
		 "concept natively, emulated or not at all, with a reason, "
		 "and what it was seen to do on the axes has to be what its "
		 "table declares. 'ipcbench concepts --check' compares that "
		 "with a run.\n"},
};
