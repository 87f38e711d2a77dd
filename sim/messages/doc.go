// Package messages is short messages as a GSM modem handles them: the PDUs of PDU mode (3GPP TS
// 27.005 3.1), their text (23.038), the memory of the SIM, and what the message centre makes of a
// message on its way (23.040). It does no I/O and knows no clock.
package messages
